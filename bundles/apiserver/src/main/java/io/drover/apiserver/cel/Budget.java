package io.drover.apiserver.cel;

/** What the evaluations for one request may cost, together and each. Not for use by several threads. */
public final class Budget {

    /** What one evaluation may cost. */
    public static final long PER_CALL = 1_000_000;

    /** What all evaluations that one object needs may cost. */
    public static final long PER_REQUEST = 10_000_000;

    private final long limit;
    private final long limitOfCall;
    private long spent;
    private long spentInCall;

    public Budget(long limit, long limitOfCall) {
        this.limit = limit;
        this.limitOfCall = limitOfCall;
    }

    public static Budget ofRequest() {
        return new Budget(PER_REQUEST, PER_CALL);
    }

    public long spent() {
        return spent;
    }

    void beginCall() {
        spentInCall = 0;
    }

    void charge(long cost) {
        spent += cost;
        spentInCall += cost;
        if (spentInCall > limitOfCall) {
            throw new CelFailure.TooExpensive("operation cancelled: actual cost limit exceeded", true);
        }
        if (spent > limit) {
            throw new CelFailure.TooExpensive("validation failed due to running out of cost budget", false);
        }
    }
}
