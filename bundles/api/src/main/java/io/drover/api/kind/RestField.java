package io.drover.api.kind;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A field of a {@link RestType}.
 *
 * @param type in {@code /v3}'s own notation: {@code string}, {@code reference[cluster]}, {@code array[policyRule]}…
 * @param defaultValue the value taken when none was sent
 * @param options what may be chosen; empty = anything
 * @param writeOnly told only in the answer to the request that made it
 * @param secret never told
 * @param storedPath where it is in the stored object, from the top; empty if it is computed
 */
public record RestField(
        String name,
        String type,
        boolean create,
        boolean update,
        boolean required,
        boolean nullable,
        Optional<JsonNode> defaultValue,
        List<String> options,
        OptionalLong min,
        OptionalLong max,
        OptionalLong minLength,
        OptionalLong maxLength,
        boolean writeOnly,
        boolean secret,
        String description,
        List<String> storedPath) {

    private static final Set<String> COMPARED_AS_TEXT =
            Set.of("string", "enum", "date", "dnsLabel", "dnsLabelRestricted", "hostname", "int", "reference");

    public RestField {
        options = List.copyOf(options);
        storedPath = List.copyOf(storedPath);
    }

    /** A field that every resource has, or that is computed. */
    static RestField standard(String name, String type, boolean writable, boolean nullable, String... storedPath) {
        return new RestField(
                name,
                type,
                writable,
                writable,
                false,
                nullable,
                Optional.empty(),
                List.of(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                false,
                false,
                "",
                List.of(storedPath));
    }

    RestField withOptions(String... newOptions) {
        return new RestField(
                name,
                type,
                create,
                update,
                required,
                nullable,
                defaultValue,
                List.of(newOptions),
                min,
                max,
                minLength,
                maxLength,
                writeOnly,
                secret,
                description,
                storedPath);
    }

    RestField onCreateOnly(boolean newRequired) {
        return new RestField(
                name,
                type,
                true,
                false,
                newRequired,
                nullable,
                defaultValue,
                options,
                min,
                max,
                minLength,
                maxLength,
                writeOnly,
                secret,
                description,
                storedPath);
    }

    public boolean isReference() {
        return type.equals("reference") || type.startsWith("reference[");
    }

    /** Nobody may find out a secret by comparing it. */
    List<String> comparisons() {
        if (secret || writeOnly) {
            return List.of();
        }
        if (type.equals("boolean")) {
            return List.of("eq", "ne");
        }
        return isReference() || COMPARED_AS_TEXT.contains(type) ? List.of("eq", "ne", "in", "notin") : List.of();
    }

    /** The type inside all arrays and maps: {@code policyRule} of {@code array[policyRule]}. */
    public String innermostType() {
        String innermost = type;
        while (innermost.startsWith("array[") || innermost.startsWith("map[")) {
            innermost = innermost.substring(innermost.indexOf('[') + 1, innermost.length() - 1);
        }
        return innermost;
    }
}
