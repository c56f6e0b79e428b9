package io.drover.audit;

import java.util.concurrent.CompletableFuture;

/** What waits for the writing thread. */
sealed interface Queued {

    /**
     * A record to be written.
     *
     * @param stage as {@link io.drover.api.audit.AuditRecord} names it
     * @param nanos of {@link System#nanoTime}, when the request came so far
     */
    record Moment(OpenRecord request, String stage, int status, long nanos) implements Queued {}

    /** Completed once all that was there before it has been written. */
    record Marker(CompletableFuture<Void> reached) implements Queued {}
}
