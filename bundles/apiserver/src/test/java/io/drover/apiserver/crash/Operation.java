package io.drover.apiserver.crash;

/**
 * What a client did to one key and what it was told.
 *
 * @param value written or read; null for a deletion, and for a read that found nothing
 * @param revision that the server named; 0 if it named none
 * @param uid of the object that a deletion was for
 * @param begin before it was sent, and {@code end} after the answer came, by one clock; {@code end} is the largest if none came
 */
record Operation(
        String key, Kind kind, Outcome outcome, String value, long revision, String uid, long begin, long end) {

    static final long NEVER = Long.MAX_VALUE;

    enum Kind {
        WRITE,
        DELETE,
        READ
    }

    enum Outcome {
        DONE,
        /** The server said that it did not happen. */
        REFUSED,
        /** Nobody knows. */
        UNKNOWN
    }
}
