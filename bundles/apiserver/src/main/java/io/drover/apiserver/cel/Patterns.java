package io.drover.apiserver.cel;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Regular expressions that users write: RE2's, which are matched in linear time whatever they say. Compiled ones are kept. */
public final class Patterns {

    private static final int KEPT = 2_000;
    private static final ConcurrentMap<String, Compiled> COMPILED = new ConcurrentHashMap<>();

    private Patterns() {}

    /** A pattern that is ready for use. */
    public static final class Compiled {
        private final Pattern pattern;

        private Compiled(Pattern pattern) {
            this.pattern = pattern;
        }

        public boolean isFoundIn(String text) {
            return pattern.matcher(text).find();
        }

        public List<String> findAll(String text, long limit) {
            List<String> found = new ArrayList<>();
            Matcher matcher = pattern.matcher(text);
            while (found.size() < limit && matcher.find()) {
                found.add(matcher.group());
            }
            return found;
        }
    }

    /** @throws IllegalArgumentException with the reason, if it isn't one */
    public static Compiled compile(String pattern) {
        if (COMPILED.size() > KEPT) {
            COMPILED.clear();
        }
        try {
            return COMPILED.computeIfAbsent(pattern, p -> new Compiled(Pattern.compile(p)));
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
