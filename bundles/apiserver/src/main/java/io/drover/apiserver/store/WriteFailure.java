package io.drover.apiserver.store;

/** Why a write was not made. Nothing of it happened. */
public final class WriteFailure extends Exception {

    private static final long serialVersionUID = 1L;

    /** Who can do something about it. */
    public enum Reason {
        /** The object is not at the expected revision: look again. */
        STALE,
        /** The parent is not there or is being deleted. */
        NO_PARENT,
        /** Something else in the store is against it, as the message says. */
        REFUSED,
        /** The disk is full. */
        NO_SPACE,
        /** The disk did not take it, or the store is closed. */
        NO_DISK
    }

    private final Reason reason;

    WriteFailure(Reason reason, String message, Throwable cause) {
        super(message, cause, false, false);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
