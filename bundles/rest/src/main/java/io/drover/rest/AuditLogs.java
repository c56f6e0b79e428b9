package io.drover.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.DroverException;
import io.drover.api.audit.AuditRecord;
import io.drover.api.audit.AuditRecords;
import io.drover.api.audit.AuditRecords.Condition;
import io.drover.api.audit.AuditRecords.Query;
import io.drover.api.kind.KindJson;
import io.drover.api.kind.RestType;
import jakarta.ws.rs.core.MultivaluedMap;
import java.lang.reflect.RecordComponent;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The audit's records, for those who may read all of them: there are no rights to single ones. */
final class AuditLogs extends TypeHooks implements Store {

    static final RestType TYPE = RestType.of(AuditRecord.class);

    /** Of more that match, a list is made of the newest; {@code time_lt} leads to those before them. */
    private static final int MAX = 10_000;

    private static final Set<String> FIELDS = Stream.of(AuditRecord.class.getRecordComponents())
            .map(RecordComponent::getName)
            .collect(Collectors.toUnmodifiableSet());

    private final AuditRecords records;
    private final Rights rights;
    private final Types types;

    AuditLogs(AuditRecords records, Rights rights, Types types) {
        this.records = records;
        this.rights = rights;
        this.types = types;
    }

    boolean isOf(AuditRecords other) {
        return records == other;
    }

    @Override
    List<ObjectNode> candidates(Call call, Store store) {
        return rights.mayListAll(call, types.own(TYPE.id())) ? find(query(call.query())) : List.of();
    }

    /** What {@link Listing} would leave out is not even read. */
    private static Query query(MultivaluedMap<String, String> parameters) {
        List<Condition> conditions = new ArrayList<>();
        parameters.forEach((parameter, values) -> {
            int underscore = parameter.lastIndexOf('_');
            String field = underscore < 0 ? parameter : parameter.substring(0, underscore);
            String modifier = underscore < 0 ? "eq" : parameter.substring(underscore + 1);
            if (FIELDS.contains(field)
                    && TYPE.filters().getOrDefault(field, List.of()).contains(modifier)
                    && !values.isEmpty()) {
                boolean set = modifier.equals("in") || modifier.equals("notin");
                Set<String> compared = set ? new HashSet<>(values) : Set.of(values.get(0));
                conditions.add(new Condition(field, compared, modifier.startsWith("n")));
            }
        });
        return new Query(conditions, time(parameters, "time_gte"), time(parameters, "time_lt"));
    }

    private static Optional<Instant> time(MultivaluedMap<String, String> parameters, String name) {
        String value = parameters.getFirst(name);
        try {
            return value == null || value.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(value));
        } catch (DateTimeException e) {
            throw DroverException.invalid("InvalidFormat", name, name + " is a time such as 2026-01-31T12:00:00Z");
        }
    }

    private List<ObjectNode> find(Query query) {
        return records.find(query, MAX).stream().map(AuditLogs::stored).toList();
    }

    private static ObjectNode stored(AuditRecord record) {
        ObjectNode stored = KindJson.mapper().valueToTree(record);
        stored.putObject("metadata")
                .put("name", String.format("%016d", record.seq()))
                .put("creationTimestamp", record.time());
        return stored;
    }

    @Override
    public List<ObjectNode> list() {
        return find(Query.ALL);
    }

    @Override
    public Optional<ObjectNode> get(ObjectId id) {
        return id.name().matches("[0-9]{1,16}")
                ? records.get(Long.parseLong(id.name())).map(AuditLogs::stored)
                : Optional.empty();
    }
}
