package io.drover.api;

/** Who has to act on a failure, and with it the HTTP status that tells of it. */
public enum Fault {
    /** The request or object is wrong, and its author must change it. Not retried. */
    REJECTED(422),
    /** Nobody proved who is calling. Not retried. */
    UNAUTHENTICATED(401),
    /** The caller is known and may not. Not retried. */
    DENIED(403),
    /** What was named is not there. Not retried. */
    NOT_FOUND(404),
    /** What was to be changed changed meanwhile, or exists already. Retried after a fresh look. */
    CONFLICT(409),
    /** A cluster, cloud or directory did not answer as it should. Retried with back-off. */
    UNAVAILABLE(503),
    /** A defect of ours or of a plugin. Retried with back-off and logged with its trace. */
    INTERNAL(500);

    private final int httpStatus;

    Fault(int httpStatus) {
        this.httpStatus = httpStatus;
    }

    public int httpStatus() {
        return httpStatus;
    }
}
