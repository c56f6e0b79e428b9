package io.drover.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.cel.Budget;
import io.drover.apiserver.cel.CelFailure;
import io.drover.apiserver.request.Refusal.Cause;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Applies the expression rules of a schema to an object. */
public final class Rules {

    private static final Set<String> BLOCKING = Set.of(
            "FieldValueRequired",
            "FieldValueTooLong",
            "FieldValueTooMany",
            "FieldValueNotSupported",
            "FieldValueTypeInvalid");

    private final List<Cause> causes;
    private final Budget budget = Budget.ofRequest();
    private boolean ended;

    private Rules(List<Cause> causes) {
        this.causes = causes;
    }

    /**
     * Adds the rules that don't hold to {@code causes}; none is looked at when what is there already makes that pointless. What has not
     * changed since {@code before} is not held against it.
     *
     * @param before null for a new object
     */
    public static void validate(ObjectNode object, ObjectNode before, Schema schema, List<Cause> causes) {
        if (!schema.hasRules()) {
            return;
        }
        if (causes.stream().anyMatch(c -> BLOCKING.contains(c.reason()))) {
            causes.add(Cause.invalid(
                    "<nil>",
                    "null",
                    "some validation rules were not checked because the object was invalid; correct the existing errors to"
                            + " complete validation"));
            return;
        }
        new Rules(causes).check(object, before, schema, "", true);
    }

    /** @param old what it was before; null if that can't be said */
    private void check(JsonNode node, JsonNode old, Schema schema, String path, boolean object) {
        if (ended || !schema.hasRules() || node.isNull()) {
            return;
        }
        try {
            for (Rule rule : schema.rules(object)) {
                boolean skipped =
                        rule.comparesWithOld() ? old == null && !rule.takesNoOld() : old != null && old.equals(node);
                if (!skipped) {
                    apply(rule, node, old, schema, path);
                }
            }
        } catch (CelFailure e) {
            end(path, schema, "rule compile error: " + e.getMessage());
        }
        if (node instanceof ObjectNode members) {
            for (Map.Entry<String, JsonNode> member : members.properties()) {
                Schema child = schema.property(member.getKey()).orElse(null);
                if (child != null) {
                    JsonNode oldChild = old == null ? null : old.get(member.getKey());
                    check(member.getValue(), oldChild, child, Validation.path(path, schema, member.getKey()), false);
                }
            }
        } else if (node.isArray() && schema.items().isPresent()) {
            Schema items = schema.items().get();
            for (int i = 0; i < node.size(); i++) {
                JsonNode counterpart = Validation.counterpart(node.get(i), old, schema);
                check(node.get(i), counterpart, items, path + "[" + i + "]", items.isEmbeddedResource());
            }
        }
    }

    private void apply(Rule rule, JsonNode node, JsonNode old, Schema schema, String path) {
        if (ended) {
            return;
        }
        try {
            if (!rule.holds(node, old, budget)) {
                causes.add(cause(rule, schema, path, rule.complaint(node, old, budget)));
            }
        } catch (CelFailure.TooExpensive e) {
            end(
                    path,
                    schema,
                    e.isOfOneCall()
                            ? "no further validation rules will be run due to call cost exceeds limit for rule: "
                                    + rule.source().path("rule").asText()
                            : "validation failed due to running out of cost budget, no further validation rules will be run");
        } catch (CelFailure e) {
            causes.add(Cause.invalid(
                    shown(path),
                    '"' + schema.type() + '"',
                    e.getMessage() + " evaluating rule: "
                            + rule.source()
                                    .path("message")
                                    .asText(rule.source().path("rule").asText())));
        }
    }

    private void end(String path, Schema schema, String why) {
        ended = true;
        causes.add(Cause.invalid(shown(path), '"' + schema.type() + '"', why));
    }

    private static String shown(String path) {
        return path.isEmpty() ? "<nil>" : path;
    }

    private static Cause cause(Rule rule, Schema schema, String path, String complaint) {
        String below = rule.source().path("fieldPath").asText("").replaceAll("\\['([^']*)'\\]", "[$1]");
        String field = path.isEmpty() && below.startsWith(".") ? below.substring(1) : path + below;
        String type = '"' + schema.type() + '"';
        return switch (rule.source().path("reason").asText()) {
            case "FieldValueForbidden" -> Cause.forbidden(shown(field), complaint);
            case "FieldValueRequired" -> Cause.required(shown(field), complaint);
            case "FieldValueDuplicate" -> new Cause("FieldValueDuplicate", shown(field), "Duplicate value: " + type);
            default -> Cause.invalid(shown(field), type, complaint);
        };
    }
}
