package io.drover.apiserver.cel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Values at run time: Boolean, Long, {@link UInt}, Double, String, {@link Bytes}, Instant, Duration, List, Map, Optional, {@link Type},
 * {@link #NULL}, and whatever functions bring along.
 */
final class Values {

    static final Object NULL = new Object() {
        @Override
        public String toString() {
            return "null";
        }
    };

    private static final Duration MAX_DURATION = Duration.ofSeconds(315_576_000_000L);

    /** A number without sign, in the bits of a long. */
    record UInt(long bits) {
        @Override
        public String toString() {
            return Long.toUnsignedString(bits);
        }
    }

    record Bytes(byte[] content) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Bytes bytes && Arrays.equals(content, bytes.content);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(content);
        }
    }

    private Values() {}

    static boolean areEqual(Object a, Object b) {
        if (isNumber(a) && isNumber(b)) {
            return !isNaN(a) && !isNaN(b) && compareNumbers(a, b) == 0;
        }
        if (a instanceof List<?> first && b instanceof List<?> second) {
            if (first instanceof JsonView.Items items && items.hasKeys()) {
                return items.isSameSet(second);
            }
            return first.size() == second.size() && areEqualInOrder(first, second);
        }
        if (a instanceof Map<?, ?> first && b instanceof Map<?, ?> second) {
            return first.size() == second.size()
                    && first.entrySet().stream()
                            .allMatch(e -> has(second, e.getKey()) && areEqual(e.getValue(), get(second, e.getKey())));
        }
        if (a instanceof Optional<?> first && b instanceof Optional<?> second) {
            return first.isPresent() == second.isPresent() && (first.isEmpty() || areEqual(first.get(), second.get()));
        }
        return Objects.equals(a, b);
    }

    private static boolean areEqualInOrder(List<?> a, List<?> b) {
        for (int i = 0; i < a.size(); i++) {
            if (!areEqual(a.get(i), b.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isNaN(Object number) {
        return number instanceof Double d && d.isNaN();
    }

    static boolean isNumber(Object value) {
        return value instanceof Long || value instanceof Double || value instanceof UInt;
    }

    private static int compareNumbers(Object a, Object b) {
        if (a instanceof Double || b instanceof Double) {
            return decimal(a).compareTo(decimal(b));
        }
        if (a instanceof UInt u && b instanceof UInt v) {
            return Long.compareUnsigned(u.bits(), v.bits());
        }
        if (a instanceof UInt u) {
            return u.bits() < 0 || (Long) b < 0 ? 1 : Long.compare(u.bits(), (Long) b);
        }
        return b instanceof UInt ? -compareNumbers(b, a) : Long.compare((Long) a, (Long) b);
    }

    private static Double decimal(Object number) {
        if (number instanceof UInt u) {
            return u.bits() >= 0 ? (double) u.bits() : (double) (u.bits() >>> 1) * 2.0;
        }
        return ((Number) number).doubleValue();
    }

    /** Which comes first; of two that have an order. */
    static int compare(Object a, Object b) {
        if (isNumber(a) && isNumber(b)) {
            return compareNumbers(a, b);
        }
        if (a instanceof Bytes x && b instanceof Bytes y) {
            return Arrays.compareUnsigned(x.content(), y.content());
        }
        if (a instanceof String x && b instanceof String y) {
            return x.compareTo(y);
        }
        if (a instanceof Boolean x && b instanceof Boolean y) {
            return x.compareTo(y);
        }
        if (a instanceof Instant x && b instanceof Instant y) {
            return x.compareTo(y);
        }
        if (a instanceof Duration x && b instanceof Duration y) {
            return x.compareTo(y);
        }
        throw CelFailure.noOverload();
    }

    /** A map's value for a key, whose number may be of another type; {@code null} if there is none. */
    static Object get(Map<?, ?> map, Object key) {
        Object found = map.get(key);
        if (found == null && isNumber(key)) {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                if (areEqual(entry.getKey(), key)) {
                    return entry.getValue();
                }
            }
        }
        return found;
    }

    static boolean has(Map<?, ?> map, Object key) {
        return get(map, key) != null;
    }

    /** What walking over a value costs, in characters, bytes, items or entries; 1 for what has no size. */
    static long size(Object value) {
        if (value instanceof String text) {
            return text.codePointCount(0, text.length());
        }
        if (value instanceof Bytes bytes) {
            return bytes.content().length;
        }
        if (value instanceof List<?> list) {
            return list.size();
        }
        return value instanceof Map<?, ?> map ? map.size() : 1;
    }

    /** The value that JSON of a type is, seen through if it is large. */
    static Object of(JsonNode node, Type type) {
        return switch (node.getNodeType()) {
            case NULL, MISSING -> NULL;
            case BOOLEAN -> node.booleanValue();
            case NUMBER -> number(node, type);
            case STRING -> text(node.textValue(), type);
            case ARRAY -> new JsonView.Items(node, type);
            case OBJECT -> new JsonView.Members((ObjectNode) node, type);
            default -> throw new CelFailure("unsupported value");
        };
    }

    private static Object number(JsonNode node, Type type) {
        if (type.isSameSimple(Type.DOUBLE)) {
            return node.doubleValue();
        }
        boolean whole = node.isIntegralNumber()
                || (type.isSameSimple(Type.INT) && node.doubleValue() == Math.rint(node.doubleValue()));
        return whole && node.canConvertToLong() ? (Object) node.longValue() : (Object) node.doubleValue();
    }

    private static Object text(String text, Type type) {
        try {
            if (type.isSameSimple(Type.TIMESTAMP)) {
                return Times.timestamp(text.length() == 10 ? text + "T00:00:00Z" : text);
            }
            if (type.isSameSimple(Type.DURATION)) {
                return Times.duration(text);
            }
            return type.isSameSimple(Type.BYTES) ? new Bytes(Base64.getDecoder().decode(text)) : text;
        } catch (IllegalArgumentException e) {
            throw new CelFailure("Invalid " + type + " format: " + e.getMessage());
        }
    }

    /** As {@code string()} shows it. */
    static String text(Object value) {
        if (value instanceof String text) {
            return text;
        }
        if (value instanceof Double d) {
            return Numbers.text(d);
        }
        if (value instanceof Bytes bytes) {
            return Numbers.utf8(ByteBuffer.wrap(bytes.content()));
        }
        if (value instanceof Duration duration) {
            return Times.text(duration);
        }
        return value.toString();
    }

    static Duration within(Duration duration) {
        if (duration.abs().compareTo(MAX_DURATION) > 0) {
            throw new CelFailure("duration out of range");
        }
        return duration;
    }
}
