package io.drover.apiserver.kind;

import com.fasterxml.jackson.databind.JsonNode;
import io.drover.apiserver.cel.CelFailure;
import io.drover.apiserver.cel.Environment;
import io.drover.apiserver.cel.Program;
import io.drover.apiserver.cel.Type;
import io.drover.apiserver.request.Refusal.Cause;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Whether the expressions of policies and webhooks, and the names they go by, are as they must be. */
final class ExpressionForm {

    private static final String NAME = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
    private static final Pattern NAMES = Pattern.compile(NAME);
    private static final int LONGEST_NAME = 63;

    private ExpressionForm() {}

    /** It can be compiled, and its value is of one of these types; of any type if there are none. */
    static void check(
            JsonNode expression, String at, Function<String, Program> compile, List<Cause> causes, Type... types) {
        String text = expression.asText("");
        if (text.isBlank()) {
            String field = at.substring(at.lastIndexOf('.') + 1);
            causes.add(Cause.required(at, field + " is not specified"));
            return;
        }
        try {
            Type result = compile.apply(text).resultType();
            List<Type> wanted = List.of(types);
            if (!wanted.isEmpty() && wanted.stream().noneMatch(result::isSameSimple)) {
                causes.add(Cause.invalid(
                        at, '"' + text + '"', "must evaluate to " + names(wanted) + " but got " + result));
            }
        } catch (CelFailure e) {
            causes.add(Cause.invalid(at, '"' + text + '"', "compilation failed: " + e.getMessage()));
        }
    }

    private static String names(List<Type> types) {
        if (types.size() == 1) {
            return types.get(0).toString();
        }
        StringBuilder names = new StringBuilder("one of [");
        for (Type type : types) {
            names.append(names.length() > "one of [".length() ? " " : "").append(type.isNull() ? "null_type" : type);
        }
        return names.append(']').toString();
    }

    static void checkMatchConditions(Environment environment, JsonNode conditions, String at, List<Cause> causes) {
        Set<String> names = new HashSet<>();
        int i = 0;
        for (JsonNode condition : conditions) {
            String here = at + "[" + i++ + "]";
            String name = condition.path("name").asText("");
            check(condition.path("expression"), here + ".expression", environment::compile, causes, Type.BOOL);
            if (name.isEmpty()) {
                causes.add(Cause.required(here + ".name", ""));
            } else {
                checkName(name.substring(name.indexOf('/') + 1), name, here + ".name", causes);
                checkNew(names.add(name), name, here + ".name", causes);
            }
        }
    }

    /** @param whole how the name is quoted */
    static void checkName(String name, String whole, String at, List<Cause> causes) {
        String value = '"' + whole + '"';
        if (name.isEmpty()) {
            causes.add(Cause.invalid(at, value, "name part must be non-empty"));
        } else if (name.length() > LONGEST_NAME) {
            causes.add(Cause.invalid(at, value, "name part must be no more than " + LONGEST_NAME + " characters"));
        }
        if (!NAMES.matcher(name).matches()) {
            causes.add(Cause.invalid(
                    at,
                    value,
                    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an"
                            + " alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for"
                            + " validation is '" + NAME + "')"));
        }
    }

    static void checkNew(boolean isNew, String value, String at, List<Cause> causes) {
        if (!isNew) {
            causes.add(new Cause("FieldValueDuplicate", at, "Duplicate value: \"" + value + '"'));
        }
    }
}
