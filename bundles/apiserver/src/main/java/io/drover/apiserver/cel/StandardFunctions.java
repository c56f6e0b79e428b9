package io.drover.apiserver.cel;

import static io.drover.apiserver.cel.Overload.global;
import static io.drover.apiserver.cel.Overload.member;
import static io.drover.apiserver.cel.Type.BOOL;
import static io.drover.apiserver.cel.Type.BYTES;
import static io.drover.apiserver.cel.Type.DOUBLE;
import static io.drover.apiserver.cel.Type.DURATION;
import static io.drover.apiserver.cel.Type.DYN;
import static io.drover.apiserver.cel.Type.INT;
import static io.drover.apiserver.cel.Type.STRING;
import static io.drover.apiserver.cel.Type.TIMESTAMP;
import static io.drover.apiserver.cel.Type.UINT;

import io.drover.apiserver.cel.Values.Bytes;
import io.drover.apiserver.cel.Values.UInt;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.ToLongFunction;

/** Operators and functions of the language itself. */
final class StandardFunctions {

    private static final Type A = Type.parameter("A");
    private static final Type B = Type.parameter("B");
    private static final Type LIST = Type.list(A);
    private static final Type MAP = Type.map(A, B);

    private final List<Overload> all = new ArrayList<>();

    private StandardFunctions() {}

    static List<Overload> all() {
        StandardFunctions functions = new StandardFunctions();
        functions.logic();
        functions.arithmetic();
        functions.orders();
        functions.collections();
        functions.texts();
        functions.conversions();
        functions.times();
        return functions.all;
    }

    private void add(Overload... overloads) {
        all.addAll(List.of(overloads));
    }

    /** What {@link Planner} does itself, because not all arguments are evaluated, is declared here for the types and costs. */
    private void logic() {
        Overload.Body never = a -> {
            throw new IllegalStateException();
        };
        add(
                global("_&&_", BOOL, never, BOOL, BOOL),
                global("_||_", BOOL, never, BOOL, BOOL),
                global("_?_:_", A, never, BOOL, A, A),
                global("@not_strictly_false", BOOL, never, BOOL),
                global("!_", BOOL, a -> !(Boolean) a[0], BOOL),
                global("_==_", BOOL, a -> Values.areEqual(a[0], a[1]), A, A).costing(CostRule.COMPARISON),
                global("_!=_", BOOL, a -> !Values.areEqual(a[0], a[1]), A, A).costing(CostRule.COMPARISON));
    }

    private static long whole(Object value) {
        return (Long) value;
    }

    private static double decimal(Object value) {
        return (Double) value;
    }

    private static long bits(Object value) {
        return ((UInt) value).bits();
    }

    private static Duration span(Object value) {
        return (Duration) value;
    }

    private void arithmetic() {
        add(
                global("_+_", INT, a -> Numbers.exact(Math::addExact, whole(a[0]), whole(a[1])), INT, INT),
                global("_+_", UINT, a -> Numbers.addUnsigned(bits(a[0]), bits(a[1])), UINT, UINT),
                global("_+_", DOUBLE, a -> decimal(a[0]) + decimal(a[1]), DOUBLE, DOUBLE),
                global("_-_", INT, a -> Numbers.exact(Math::subtractExact, whole(a[0]), whole(a[1])), INT, INT),
                global("_-_", UINT, a -> Numbers.subtractUnsigned(bits(a[0]), bits(a[1])), UINT, UINT),
                global("_-_", DOUBLE, a -> decimal(a[0]) - decimal(a[1]), DOUBLE, DOUBLE),
                global("_*_", INT, a -> Numbers.exact(Math::multiplyExact, whole(a[0]), whole(a[1])), INT, INT),
                global("_*_", UINT, a -> Numbers.multiplyUnsigned(bits(a[0]), bits(a[1])), UINT, UINT),
                global("_*_", DOUBLE, a -> decimal(a[0]) * decimal(a[1]), DOUBLE, DOUBLE),
                global("_/_", INT, a -> Numbers.divide(whole(a[0]), whole(a[1])), INT, INT),
                global("_/_", UINT, a -> Numbers.divideUnsigned(bits(a[0]), bits(a[1])), UINT, UINT),
                global("_/_", DOUBLE, a -> decimal(a[0]) / decimal(a[1]), DOUBLE, DOUBLE),
                global("_%_", INT, a -> Numbers.modulo(whole(a[0]), whole(a[1])), INT, INT),
                global("_%_", UINT, a -> Numbers.moduloUnsigned(bits(a[0]), bits(a[1])), UINT, UINT),
                global("-_", INT, a -> Numbers.exact((x, y) -> Math.negateExact(x), whole(a[0]), 0), INT),
                global("-_", DOUBLE, a -> -decimal(a[0]), DOUBLE),
                global("_+_", TIMESTAMP, a -> shifted(a[0], span(a[1])), TIMESTAMP, DURATION),
                global("_+_", TIMESTAMP, a -> shifted(a[1], span(a[0])), DURATION, TIMESTAMP),
                global("_+_", DURATION, a -> Values.within(span(a[0]).plus(span(a[1]))), DURATION, DURATION),
                global("_-_", TIMESTAMP, a -> shifted(a[0], span(a[1]).negated()), TIMESTAMP, DURATION),
                global("_-_", DURATION, a -> Duration.between((Instant) a[1], (Instant) a[0]), TIMESTAMP, TIMESTAMP),
                global("_-_", DURATION, a -> Values.within(span(a[0]).minus(span(a[1]))), DURATION, DURATION));
    }

    private static Instant shifted(Object instant, Duration by) {
        return Times.within(((Instant) instant).plus(by));
    }

    private void orders() {
        order("_<_", c -> c < 0);
        order("_<=_", c -> c <= 0);
        order("_>_", c -> c > 0);
        order("_>=_", c -> c >= 0);
    }

    private void order(String function, IntPredicate wanted) {
        Overload.Body body = a -> {
            boolean unordered = isNaN(a[0]) || isNaN(a[1]);
            return !unordered && wanted.test(Values.compare(a[0], a[1]));
        };
        for (Type type : List.of(BOOL, INT, UINT, DOUBLE, TIMESTAMP, DURATION)) {
            add(global(function, BOOL, body, type, type));
        }
        for (Type type : List.of(STRING, BYTES)) {
            add(global(function, BOOL, body, type, type).costing(CostRule.COMPARISON));
        }
        for (Type one : List.of(INT, UINT, DOUBLE)) {
            for (Type other : List.of(INT, UINT, DOUBLE)) {
                if (one != other) {
                    add(global(function, BOOL, body, one, other));
                }
            }
        }
    }

    private static boolean isNaN(Object value) {
        return value instanceof Double d && d.isNaN();
    }

    private void collections() {
        Overload.Body size = a -> Values.size(a[0]);
        for (Type sized : List.of(STRING, BYTES, LIST, MAP)) {
            add(global("size", INT, size, sized), member("size", INT, size, sized));
        }
        add(
                global("_+_", LIST, a -> joined((List<?>) a[0], (List<?>) a[1]), LIST, LIST)
                        .costing(CostRule.join(false)),
                global("_[_]", A, a -> item((List<?>) a[0], a[1]), LIST, INT),
                global("_[_]", B, a -> entry((Map<?, ?>) a[0], a[1]), MAP, A),
                global("@in", BOOL, a -> contains((List<?>) a[1], a[0]), A, LIST)
                        .costing(CostRule.each(1)),
                global("@in", BOOL, a -> Values.has((Map<?, ?>) a[1], a[0]), A, MAP),
                global(Macros.MAP_INSERT, MAP, a -> merged((Map<?, ?>) a[0], (Map<?, ?>) a[1]), MAP, MAP));
    }

    private static Object joined(List<?> first, List<?> second) {
        if (first instanceof JsonView.Items items && items.hasKeys()) {
            return items.mergedWith(second);
        }
        List<Object> joined = new ArrayList<>(first.size() + second.size());
        joined.addAll(first);
        joined.addAll(second);
        return joined;
    }

    static Object item(List<?> list, Object index) {
        long place = index instanceof Double d ? Numbers.whole(d) : whole(index);
        if (place < 0 || place >= list.size()) {
            throw new CelFailure("index out of bounds: " + place);
        }
        return list.get((int) place);
    }

    static Object entry(Map<?, ?> map, Object key) {
        Object value = Values.get(map, key);
        if (value == null) {
            throw CelFailure.noKey(key);
        }
        return value;
    }

    static boolean contains(List<?> list, Object wanted) {
        for (Object item : list) {
            if (Values.areEqual(item, wanted)) {
                return true;
            }
        }
        return false;
    }

    private static Object merged(Map<?, ?> first, Map<?, ?> second) {
        Map<Object, Object> merged = new HashMap<>(first);
        second.forEach((key, value) -> {
            if (merged.put(key, value) != null) {
                throw new CelFailure("insert failed: key " + key + " already exists");
            }
        });
        return merged;
    }

    private static String text(Object value) {
        return (String) value;
    }

    private void texts() {
        add(
                global("_+_", STRING, a -> text(a[0]) + text(a[1]), STRING, STRING)
                        .costing(CostRule.join(true)),
                global("_+_", BYTES, a -> joinedBytes((Bytes) a[0], (Bytes) a[1]), BYTES, BYTES)
                        .costing(CostRule.join(true)),
                member("contains", BOOL, a -> text(a[0]).contains(text(a[1])), STRING, STRING)
                        .costing(CostRule.SEARCH),
                member("startsWith", BOOL, a -> text(a[0]).startsWith(text(a[1])), STRING, STRING)
                        .costing(CostRule.walk(0, CostRule.CHARACTER)),
                member("endsWith", BOOL, a -> text(a[0]).endsWith(text(a[1])), STRING, STRING)
                        .costing(CostRule.walk(0, CostRule.CHARACTER)),
                member("matches", BOOL, a -> RegexFunctions.isFound(text(a[0]), text(a[1])), STRING, STRING)
                        .costing(CostRule.MATCH),
                global("matches", BOOL, a -> RegexFunctions.isFound(text(a[0]), text(a[1])), STRING, STRING)
                        .costing(CostRule.MATCH));
    }

    private static Object joinedBytes(Bytes first, Bytes second) {
        byte[] joined = java.util.Arrays.copyOf(first.content(), first.content().length + second.content().length);
        System.arraycopy(second.content(), 0, joined, first.content().length, second.content().length);
        return new Bytes(joined);
    }

    private void conversions() {
        Overload.Body same = a -> a[0];
        for (Type type : List.of(BOOL, INT, UINT, DOUBLE, STRING, BYTES, TIMESTAMP, DURATION)) {
            add(global(type.toString(), type, same, type));
        }
        Overload.Body print = a -> Values.text(a[0]);
        for (Type type : List.of(BOOL, INT, UINT, DOUBLE, TIMESTAMP, DURATION)) {
            add(global("string", STRING, print, type));
        }
        CostRule walk = CostRule.walk(0, CostRule.CHARACTER);
        add(
                global("string", STRING, print, BYTES).costing(walk),
                global("bytes", BYTES, a -> new Bytes(text(a[0]).getBytes(StandardCharsets.UTF_8)), STRING)
                        .costing(walk),
                global("bool", BOOL, a -> truth(text(a[0])), STRING),
                global("int", INT, a -> read(text(a[0]), "int", Long::parseLong), STRING),
                global("int", INT, a -> Numbers.whole(decimal(a[0])), DOUBLE),
                global("int", INT, a -> signed(bits(a[0])), UINT),
                global("int", INT, a -> ((Instant) a[0]).getEpochSecond(), TIMESTAMP),
                global("int", INT, a -> span(a[0]).toNanos(), DURATION),
                global("uint", UINT, a -> read(text(a[0]), "uint", t -> new UInt(Long.parseUnsignedLong(t))), STRING),
                global("uint", UINT, a -> Numbers.unsigned(decimal(a[0])), DOUBLE),
                global("uint", UINT, a -> unsigned(whole(a[0])), INT),
                global("double", DOUBLE, a -> read(text(a[0]), "double", Double::parseDouble), STRING),
                global("double", DOUBLE, a -> (double) whole(a[0]), INT),
                global("double", DOUBLE, a -> Numbers.decimal((UInt) a[0]), UINT),
                global("timestamp", TIMESTAMP, a -> read(text(a[0]), "timestamp", Times::timestamp), STRING),
                global("timestamp", TIMESTAMP, a -> Times.within(Instant.ofEpochSecond(whole(a[0]))), INT),
                global("duration", DURATION, a -> read(text(a[0]), "duration", Times::duration), STRING),
                global("duration", DURATION, a -> Duration.ofNanos(whole(a[0])), INT),
                global("dyn", DYN, same, A),
                global("type", new Type.TypeOf(A), a -> typeOf(a[0]), A));
    }

    private interface Reader {
        Object read(String text);
    }

    private static Object read(String text, String wanted, Reader reader) {
        try {
            return reader.read(text);
        } catch (IllegalArgumentException e) {
            throw new CelFailure("type conversion error from 'string' to '" + wanted + "'");
        }
    }

    private static boolean truth(String text) {
        return switch (text) {
            case "true", "True", "TRUE", "t", "1" -> true;
            case "false", "False", "FALSE", "f", "0" -> false;
            default -> throw new CelFailure("type conversion error from 'string' to 'bool'");
        };
    }

    private static long signed(long bits) {
        if (bits < 0) {
            throw new CelFailure("integer overflow");
        }
        return bits;
    }

    private static UInt unsigned(long number) {
        if (number < 0) {
            throw new CelFailure("unsigned integer overflow");
        }
        return new UInt(number);
    }

    private static Type typeOf(Object value) {
        if (value instanceof Overload.OpaqueValue own) {
            return own.type();
        }
        for (Type type : List.of(BOOL, INT, UINT, DOUBLE, STRING, BYTES, TIMESTAMP, DURATION, Type.NULL)) {
            if (global("", BOOL, a -> a, type).takes(new Object[] {value})) {
                return type;
            }
        }
        return value instanceof List ? Type.list(DYN) : value instanceof Map ? Type.map(DYN, DYN) : DYN;
    }

    private void times() {
        time("getFullYear", ZonedDateTime::getYear);
        time("getMonth", t -> t.getMonthValue() - 1);
        time("getDate", ZonedDateTime::getDayOfMonth);
        time("getDayOfMonth", t -> t.getDayOfMonth() - 1);
        time("getDayOfWeek", t -> t.getDayOfWeek().getValue() % 7);
        time("getDayOfYear", t -> t.getDayOfYear() - 1);
        time("getHours", ZonedDateTime::getHour);
        time("getMinutes", ZonedDateTime::getMinute);
        time("getSeconds", ZonedDateTime::getSecond);
        time("getMilliseconds", t -> t.getNano() / 1_000_000);
        add(
                member("getHours", INT, a -> span(a[0]).toHours(), DURATION),
                member("getMinutes", INT, a -> span(a[0]).toMinutes(), DURATION),
                member("getSeconds", INT, a -> span(a[0]).toSeconds(), DURATION),
                member("getMilliseconds", INT, a -> (long) span(a[0]).toMillisPart(), DURATION));
    }

    private void time(String function, ToLongFunction<ZonedDateTime> part) {
        add(
                member(function, INT, a -> part.applyAsLong(Times.at((Instant) a[0], "")), TIMESTAMP),
                member(function, INT, a -> part.applyAsLong(Times.at((Instant) a[0], text(a[1]))), TIMESTAMP, STRING));
    }
}
