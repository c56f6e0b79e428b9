package io.drover.api.audit;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The records that are kept. Everything that ended before a call is found by it. Calls read files, so they take up to seconds; failures
 * are {@link io.drover.api.DroverException} {@code UNAVAILABLE}.
 */
@ProviderType
public interface AuditRecords {

    /** The newest that match, newest first: at most {@code limit}, and fewer if they are large. */
    List<AuditRecord> find(Query query, int limit);

    Optional<AuditRecord> get(long seq);

    /**
     * Looks whether records were changed, removed or reordered since they were written.
     *
     * @param known the end of the chain as it was at an earlier time and was kept elsewhere: without it, somebody who may write to the
     *     audit's folder could replace all of it by another whole chain
     */
    Verification verify(Optional<Anchor> known);

    /** How many records were dropped since the start because there was no room for them. */
    long dropped();

    /** @param from not before, {@code to} before; by the time that requests came */
    record Query(List<Condition> conditions, Optional<Instant> from, Optional<Instant> to) {

        public static final Query ALL = new Query(List.of(), Optional.empty(), Optional.empty());

        public Query {
            conditions = List.copyOf(conditions);
        }
    }

    /**
     * A field has one of these values, or none of them.
     *
     * @param field of {@link AuditRecord}; a text or a number
     */
    record Condition(String field, Set<String> values, boolean negated) {
        public Condition {
            values = Set.copyOf(values);
        }
    }

    /** The chain up to a record. */
    record Anchor(long seq, String hash) {}

    /**
     * @param count records that were looked at
     * @param first number of the first one; those before it were removed when their time was over
     * @param end the end of the chain now
     * @param findings empty if all is as it was written
     */
    record Verification(long count, long first, Anchor end, List<Finding> findings) {}

    /** @param seq the record that it is about */
    record Finding(long seq, String problem) {}
}
