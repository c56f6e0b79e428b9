package io.drover.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.audit.AuditRecord.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What differs between two states of an object. */
final class Differences {

    private static final int MAX = 100;
    private static final int MAX_VALUE = 4096;
    private static final Set<String> NOISE =
            Set.of("/metadata/managedFields", "/metadata/resourceVersion", "/metadata/generation");
    private static final Set<String> SEALED = Set.of("data", "stringData", "binaryData");

    private final Redaction redaction;
    private final boolean withValues;
    private final boolean sealed;
    private final List<Change> found = new ArrayList<>();

    private Differences(Redaction redaction, boolean withValues, boolean sealed) {
        this.redaction = redaction;
        this.withValues = withValues;
        this.sealed = sealed;
    }

    /** @param sealed whether it is an object whose data are secret */
    static List<Change> of(JsonNode before, JsonNode after, Redaction redaction, boolean withValues, boolean sealed) {
        Differences differences = new Differences(redaction, withValues, sealed);
        differences.walk("", "", before, after, false);
        return differences.found;
    }

    private void walk(String pointer, String name, JsonNode before, JsonNode after, boolean secret) {
        if (before.equals(after) || NOISE.contains(pointer) || found.size() >= MAX) {
            return;
        }
        if (before instanceof ObjectNode was && after instanceof ObjectNode is) {
            Set<String> names = new TreeSet<>();
            was.fieldNames().forEachRemaining(names::add);
            is.fieldNames().forEachRemaining(names::add);
            for (String field : names) {
                boolean hidden = secret || redaction.isSecret(field) || sealed && SEALED.contains(field);
                walk(pointer + "/" + escaped(field), field, was.path(field), is.path(field), hidden);
            }
        } else if (before.isArray() && after.isArray() && before.size() == after.size()) {
            for (int i = 0; i < before.size(); i++) {
                walk(pointer + "/" + i, name, before.get(i), after.get(i), secret);
            }
        } else {
            found.add(new Change(Redaction.text(pointer), shown(name, before, secret), shown(name, after, secret)));
        }
    }

    private Object shown(String name, JsonNode value, boolean secret) {
        if (!withValues || value.isMissingNode()) {
            return null;
        }
        if (secret) {
            return Redaction.GONE;
        }
        // What is around a field may say that its value is secret, as the name beside it in a list of variables.
        JsonNode clean = name.equals("value") ? redaction.value("secret", value) : redaction.value(name, value);
        return clean.toString().length() > MAX_VALUE ? "[too long]" : clean;
    }

    private static String escaped(String field) {
        return field.replace("~", "~0").replace("/", "~1");
    }
}
