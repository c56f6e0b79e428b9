package io.drover.apiserver.cel;

import static io.drover.apiserver.cel.Overload.global;
import static io.drover.apiserver.cel.Overload.member;
import static io.drover.apiserver.cel.Type.INT;
import static io.drover.apiserver.cel.Type.STRING;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** More that can be done with texts. Positions count characters, not bytes. */
final class TextFunctions {

    private static final CostRule WALK = CostRule.walk(0, CostRule.CHARACTER);
    private static final CostRule WALK_AND_MAKE = CostRule.walk(0, 2 * CostRule.CHARACTER);
    private static final Type TEXTS = Type.list(STRING);

    private TextFunctions() {}

    static List<Overload> all() {
        return List.of(
                member("charAt", STRING, a -> charAt(text(a[0]), number(a[1])), STRING, INT),
                member("indexOf", INT, a -> indexOf(text(a[0]), text(a[1]), 0), STRING, STRING)
                        .costing(WALK),
                member("indexOf", INT, a -> indexOf(text(a[0]), text(a[1]), number(a[2])), STRING, STRING, INT)
                        .costing(WALK),
                member("lastIndexOf", INT, a -> lastIndexOf(text(a[0]), text(a[1]), length(text(a[0]))), STRING, STRING)
                        .costing(WALK),
                member("lastIndexOf", INT, a -> lastIndexOf(text(a[0]), text(a[1]), number(a[2])), STRING, STRING, INT)
                        .costing(WALK),
                member("lowerAscii", STRING, a -> mapped(text(a[0]), 'A', 'Z', 32), STRING)
                        .costing(WALK),
                member("upperAscii", STRING, a -> mapped(text(a[0]), 'a', 'z', -32), STRING)
                        .costing(WALK),
                member("trim", STRING, a -> text(a[0]).strip(), STRING).costing(WALK),
                member("substring", STRING, a -> substring(text(a[0]), number(a[1]), length(text(a[0]))), STRING, INT)
                        .costing(WALK),
                member("substring", STRING, a -> substring(text(a[0]), number(a[1]), number(a[2])), STRING, INT, INT)
                        .costing(WALK),
                member("replace", STRING, a -> replace(text(a[0]), text(a[1]), text(a[2]), -1), STRING, STRING, STRING)
                        .costing(new ReplaceCost()),
                member(
                                "replace",
                                STRING,
                                a -> replace(text(a[0]), text(a[1]), text(a[2]), number(a[3])),
                                STRING,
                                STRING,
                                STRING,
                                INT)
                        .costing(new ReplaceCost()),
                member("split", TEXTS, a -> split(text(a[0]), text(a[1]), -1), STRING, STRING)
                        .costing(WALK_AND_MAKE),
                member("split", TEXTS, a -> split(text(a[0]), text(a[1]), number(a[2])), STRING, STRING, INT)
                        .costing(WALK_AND_MAKE),
                member("join", STRING, a -> join((List<?>) a[0], ""), TEXTS).costing(new JoinCost()),
                member("join", STRING, a -> join((List<?>) a[0], text(a[1])), TEXTS, STRING)
                        .costing(new JoinCost()),
                member(
                                "format",
                                STRING,
                                a -> TextFormat.format(text(a[0]), (List<?>) a[1]),
                                STRING,
                                Type.list(Type.DYN))
                        .costing(WALK),
                global("strings.quote", STRING, a -> quote(text(a[0])), STRING).costing(WALK));
    }

    private static String text(Object value) {
        return (String) value;
    }

    private static long number(Object value) {
        return (Long) value;
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    private static int place(String text, long index, long end) {
        if (index < 0 || index > end) {
            throw new CelFailure("index out of range: " + index);
        }
        return text.offsetByCodePoints(0, (int) index);
    }

    private static String charAt(String text, long index) {
        int place = place(text, index, length(text));
        return place == text.length() ? "" : Character.toString(text.codePointAt(place));
    }

    private static long indexOf(String text, String wanted, long from) {
        if (wanted.isEmpty()) {
            return from;
        }
        int found = text.indexOf(wanted, place(text, from, length(text)));
        return found < 0 ? -1 : text.codePointCount(0, found);
    }

    private static long lastIndexOf(String text, String wanted, long from) {
        if (wanted.isEmpty()) {
            return from;
        }
        int found = text.lastIndexOf(wanted, place(text, from, length(text)));
        return found < 0 ? -1 : text.codePointCount(0, found);
    }

    private static String mapped(String text, char first, char last, int shift) {
        return text.chars()
                .map(c -> c >= first && c <= last ? c + shift : c)
                .collect(StringBuilder::new, (b, c) -> b.append((char) c), StringBuilder::append)
                .toString();
    }

    private static String substring(String text, long start, long end) {
        if (start > end) {
            throw new CelFailure("invalid substring range. start: " + start + ", end: " + end);
        }
        int length = length(text);
        return text.substring(place(text, start, length), place(text, end, length));
    }

    private static String replace(String text, String old, String with, long limit) {
        StringBuilder result = new StringBuilder();
        int from = 0;
        for (long done = 0; limit < 0 || done < limit; done++) {
            int found = old.isEmpty() && done > 0 ? from + (from < text.length() ? 1 : 2) : text.indexOf(old, from);
            if (found < 0 || found > text.length()) {
                break;
            }
            result.append(text, from, found).append(with);
            from = found + old.length();
        }
        return result.append(text.substring(from)).toString();
    }

    private static List<String> split(String text, String separator, long limit) {
        List<String> parts = new ArrayList<>();
        if (limit == 0) {
            return parts;
        }
        int from = 0;
        while (limit < 0 || parts.size() < limit - 1) {
            int found = separator.isEmpty() ? from + 1 : text.indexOf(separator, from);
            if (found < 0 || (separator.isEmpty() && found >= text.length())) {
                break;
            }
            parts.add(text.substring(from, found));
            from = found + separator.length();
        }
        if (!separator.isEmpty() || !text.isEmpty()) {
            parts.add(text.substring(from));
        }
        return parts;
    }

    private static String join(List<?> texts, String separator) {
        return texts.stream()
                .map(t -> {
                    if (t instanceof String text) {
                        return text;
                    }
                    throw CelFailure.noOverload();
                })
                .collect(Collectors.joining(separator));
    }

    static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            switch (c) {
                case 7 -> quoted.append("\\a");
                case '\b' -> quoted.append("\\b");
                case '\f' -> quoted.append("\\f");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                case 11 -> quoted.append("\\v");
                case '\\' -> quoted.append("\\\\");
                case '"' -> quoted.append("\\\"");
                default -> quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    private static final class ReplaceCost implements CostRule {
        @Override
        public long actual(Object[] arguments, Object result) {
            return Range.scaled(Values.size(arguments[0]), 2 * CHARACTER);
        }

        /** The longest result: as many as possible of the shortest replaced, each by the longest. */
        @Override
        public Estimate estimate(List<Operand> arguments) {
            Range text = arguments.get(0).size();
            Range old = arguments.get(1).size();
            Range with = arguments.get(2).size();
            long max;
            if (old.min() == 0) {
                max = Range.sum(Range.product(Range.sum(text.max(), 1), with.max()), text.max());
            } else if (with.max() <= old.min()) {
                max = text.max();
            } else {
                max = Range.product((text.max() + old.min() - 1) / old.min(), with.max());
            }
            return new Estimate(text.times(2 * CHARACTER), new Range(0, max));
        }
    }

    private static final class JoinCost implements CostRule {
        @Override
        public long actual(Object[] arguments, Object result) {
            return Range.scaled(Values.size(result), 2 * CHARACTER);
        }

        @Override
        public Estimate estimate(List<Operand> arguments) {
            Range count = arguments.get(0).size();
            Range size = count.times(arguments.get(0).element().size());
            if (arguments.size() > 1) {
                Range separators = new Range(Math.max(0, count.min() - 1), Math.max(0, count.max() - 1));
                size = size.plus(separators.times(arguments.get(1).size()));
            }
            return new Estimate(size.times(2 * CHARACTER), size);
        }
    }
}
