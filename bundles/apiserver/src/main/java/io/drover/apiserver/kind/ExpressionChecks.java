package io.drover.apiserver.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.cel.CelFailure;
import io.drover.apiserver.cel.Environment;
import io.drover.apiserver.cel.Program;
import io.drover.apiserver.cel.Range;
import io.drover.apiserver.cel.SchemaTypes;
import io.drover.apiserver.cel.Type;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.request.Refusal.Cause;
import io.drover.apiserver.schema.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether the expression rules of a definition's schema can be compiled, and can't become too expensive. */
final class ExpressionChecks {

    private static final long RULE_LIMIT = 10_000_000;
    private static final long SCHEMA_LIMIT = 100_000_000;
    private static final long ANY_NUMBER = -1;
    private static final int SHOWN = 4;
    private static final String ADVICE =
            " (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are"
                    + " declared)";
    private static final Pattern SEGMENT = Pattern.compile("\\.([A-Za-z_][A-Za-z0-9_]*)|\\['([^']+)'\\]");
    private static final Set<String> REASONS =
            Set.of("FieldValueInvalid", "FieldValueForbidden", "FieldValueRequired", "FieldValueDuplicate");

    private final List<Cause> causes;
    private final List<Expense> expenses = new ArrayList<>();

    private record Expense(String at, long cost) {}

    /**
     * Where in a schema.
     *
     * @param copies how often values can be there
     * @param uncorrelatable from where on it can't be said which value was which before a change; null = it can
     * @param object whether it is a whole object
     */
    private record Place(String at, long copies, String uncorrelatable, boolean object) {
        Place below(String name, long times, boolean stillCorrelatable, boolean isObject) {
            long number = copies == ANY_NUMBER || times == ANY_NUMBER ? ANY_NUMBER : Range.product(copies, times);
            String lost = uncorrelatable == null && !stillCorrelatable ? at : uncorrelatable;
            return new Place(at + name, number, lost, isObject);
        }
    }

    private ExpressionChecks(List<Cause> causes) {
        this.causes = causes;
    }

    static void check(ObjectNode schema, String at, List<Cause> causes) {
        ExpressionChecks checks = new ExpressionChecks(causes);
        int before = causes.size();
        checks.walk(schema, new Place(at, 1, null, true), checks::checkForm);
        if (causes.size() == before) {
            checks.walk(schema, new Place(at, 1, null, true), checks::check);
            checks.checkTotal(at);
        }
    }

    /** What is done with each rule. */
    private interface Visit {
        void see(ObjectNode rule, ObjectNode schema, Place place, String at);
    }

    private void walk(ObjectNode schema, Place place, Visit visit) {
        int i = 0;
        for (JsonNode rule : schema.path("x-kubernetes-validations")) {
            String at = place.at() + ".x-kubernetes-validations[" + i++ + "]";
            visit.see((ObjectNode) rule, schema, place, at);
        }
        schema.path("properties").properties().forEach(property -> {
            if (property.getValue() instanceof ObjectNode child) {
                walk(child, place.below(".properties[" + property.getKey() + "]", 1, true, isResource(child)), visit);
            }
        });
        if (schema.get("additionalProperties") instanceof ObjectNode child) {
            long times = schema.path("maxProperties").asLong(ANY_NUMBER);
            walk(child, place.below(".additionalProperties", times, true, isResource(child)), visit);
        }
        if (schema.get("items") instanceof ObjectNode child) {
            long times = schema.path("maxItems").asLong(ANY_NUMBER);
            boolean keyed = schema.path("x-kubernetes-list-type").asText().equals("map");
            walk(child, place.below(".items", times, keyed, isResource(child)), visit);
        }
    }

    private static boolean isResource(ObjectNode schema) {
        return schema.path("x-kubernetes-embedded-resource").asBoolean();
    }

    private void checkForm(ObjectNode rule, ObjectNode schema, Place place, String at) {
        if (rule.path("rule").asText("").isBlank()) {
            causes.add(Cause.required(at + ".rule", "rule is not specified"));
        }
        String path = rule.path("fieldPath").asText("");
        if (!path.isEmpty() && !leadsSomewhere(path, schema)) {
            causes.add(Cause.invalid(at + ".fieldPath", '"' + path + '"', "must be a valid path"));
        }
        String reason = rule.path("reason").asText("FieldValueInvalid");
        if (!REASONS.contains(reason)) {
            causes.add(Cause.unsupported(
                    at + ".reason",
                    '"' + reason + '"',
                    REASONS.stream().sorted().toList()));
        }
        String text = rule.path("rule").asText();
        if (text.trim().contains("\n") && rule.path("message").asText("").isBlank()) {
            causes.add(Cause.required(at + ".message", "message must be specified if rule contains line breaks"));
        }
    }

    /** Whether a path such as {@code .a['b'].c} leads to a field of the schema. */
    private static boolean leadsSomewhere(String path, ObjectNode schema) {
        Matcher segment = SEGMENT.matcher(path);
        JsonNode here = schema;
        int end = 0;
        while (end < path.length() && segment.find(end) && segment.start() == end) {
            String name = segment.group(1) != null ? segment.group(1) : segment.group(2);
            JsonNode additional = here.path("additionalProperties");
            here = additional.isObject() ? additional : here.path("properties").path(name);
            end = segment.end();
        }
        return end == path.length() && here.isObject();
    }

    private void check(ObjectNode rule, ObjectNode schema, Place place, String at) {
        String text = rule.path("rule").asText();
        Environment environment = Rule.environment(
                schema, place.object(), rule.path("optionalOldSelf").asBoolean());
        Program condition = compile(environment, rule, "rule", Type.BOOL, at);
        if (condition != null) {
            if (condition.uses("oldSelf") && place.uncorrelatable() != null) {
                causes.add(Cause.invalid(
                        at + ".rule",
                        '"' + text + '"',
                        "oldSelf cannot be used on the uncorrelatable portion of the schema within "
                                + place.uncorrelatable()));
            }
            long copies = place.copies() == ANY_NUMBER ? SchemaTypes.mostPerRequest(schema) : place.copies();
            long cost = Range.product(condition.cost().max(), copies);
            expenses.add(new Expense(at + ".rule", cost));
            limit(cost, RULE_LIMIT, "estimated rule cost", at + ".rule");
        }
        if (rule.hasNonNull("messageExpression")) {
            Program message = compile(environment, rule, "messageExpression", Type.STRING, at);
            if (message != null) {
                limit(message.cost().max(), RULE_LIMIT, "estimated messageExpression cost", at + ".messageExpression");
            }
        }
    }

    /** Null if it can't be. */
    private Program compile(Environment environment, ObjectNode rule, String field, Type wanted, String at) {
        String wrong;
        try {
            Program program = environment.compile(rule.path(field).asText());
            if (program.resultType().isSameSimple(wanted)
                    || program.resultType().isDynamic()) {
                return program;
            }
            wrong = wanted == Type.BOOL
                    ? "cel expression must evaluate to a bool"
                    : "messageExpression must evaluate to a string";
        } catch (CelFailure e) {
            wrong = (field.equals("rule") ? "" : "messageExpression ") + "compilation failed: " + e.getMessage();
        }
        causes.add(Cause.invalid(at + "." + field, shown(rule), wrong));
        return null;
    }

    private static String shown(ObjectNode rule) {
        ObjectNode shown = Json.object();
        for (String field : List.of("rule", "message", "messageExpression")) {
            shown.put(
                    Character.toUpperCase(field.charAt(0)) + field.substring(1),
                    rule.path(field).asText(""));
        }
        shown.set("Reason", rule.get("reason"));
        shown.put("FieldPath", rule.path("fieldPath").asText(""));
        shown.set("OptionalOldSelf", rule.get("optionalOldSelf"));
        return shown.toString().replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026");
    }

    private void limit(long cost, long limit, String what, String at) {
        if (cost > limit) {
            causes.add(Cause.forbidden(at, what + " exceeds budget by factor of " + factor(cost, limit) + ADVICE));
        }
    }

    private static String factor(long cost, long limit) {
        double factor = (double) cost / limit;
        return factor > 100 ? "more than 100x" : String.format(Locale.ROOT, factor < 1.5 ? "%fx" : "%.1fx", factor);
    }

    private void checkTotal(String at) {
        long total = expenses.stream()
                .mapToLong(Expense::cost)
                .reduce(0, (a, b) -> a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b);
        if (total <= SCHEMA_LIMIT) {
            return;
        }
        expenses.stream()
                .filter(e -> e.cost() > SCHEMA_LIMIT / 100)
                .sorted((a, b) -> Long.compare(b.cost(), a.cost()))
                .limit(SHOWN)
                .forEach(e -> causes.add(Cause.forbidden(
                        e.at(),
                        "contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema")));
        causes.add(Cause.forbidden(
                at,
                "x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema exceeds budget by factor of "
                        + factor(total, SCHEMA_LIMIT) + ADVICE));
    }
}
