package io.drover.apiserver.cel;

/** Why an expression could not be compiled, or gave no value; the message is for whoever wrote it. */
public class CelFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public CelFailure(String message) {
        super(message, null, false, false);
    }

    /** The evaluation cost more than it may; nothing in an expression can catch this one. */
    public static final class TooExpensive extends CelFailure {
        private static final long serialVersionUID = 1L;

        private final boolean call;

        TooExpensive(String message, boolean call) {
            super(message);
            this.call = call;
        }

        /** Whether this one evaluation was too expensive, rather than all that share the budget. */
        public boolean isOfOneCall() {
            return call;
        }
    }

    static CelFailure noOverload() {
        return new CelFailure("no such overload");
    }

    static CelFailure noKey(Object key) {
        return new CelFailure("no such key: " + key);
    }
}
