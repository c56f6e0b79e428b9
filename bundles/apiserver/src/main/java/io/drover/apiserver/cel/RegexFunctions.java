package io.drover.apiserver.cel;

import static io.drover.apiserver.cel.Overload.member;
import static io.drover.apiserver.cel.Type.INT;
import static io.drover.apiserver.cel.Type.STRING;

import java.util.ArrayList;
import java.util.List;

/** Regular expressions, in time that is linear in the text. */
final class RegexFunctions {

    private RegexFunctions() {}

    static List<Overload> all() {
        Type texts = Type.list(STRING);
        return List.of(
                member("find", STRING, a -> find((String) a[0], (String) a[1]), STRING, STRING)
                        .costing(CostRule.MATCH),
                member("findAll", texts, a -> findAll((String) a[0], (String) a[1], -1), STRING, STRING)
                        .costing(CostRule.MATCH),
                member("findAll", texts, a -> findAll((String) a[0], (String) a[1], (Long) a[2]), STRING, STRING, INT)
                        .costing(CostRule.MATCH));
    }

    private static Patterns.Compiled compile(String pattern) {
        try {
            return Patterns.compile(pattern);
        } catch (IllegalArgumentException e) {
            throw new CelFailure("error parsing regexp: " + e.getMessage());
        }
    }

    static boolean isFound(String text, String pattern) {
        return compile(pattern).isFoundIn(text);
    }

    private static String find(String text, String pattern) {
        List<String> found = compile(pattern).findAll(text, 1);
        return found.isEmpty() ? "" : found.get(0);
    }

    private static List<String> findAll(String text, String pattern, long limit) {
        return new ArrayList<>(compile(pattern).findAll(text, limit < 0 ? Long.MAX_VALUE : limit));
    }
}
