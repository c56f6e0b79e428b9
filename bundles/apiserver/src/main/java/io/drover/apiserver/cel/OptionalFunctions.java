package io.drover.apiserver.cel;

import static io.drover.apiserver.cel.Overload.global;
import static io.drover.apiserver.cel.Overload.member;
import static io.drover.apiserver.cel.Type.BOOL;
import static io.drover.apiserver.cel.Type.INT;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Values that may be absent. */
final class OptionalFunctions {

    private static final Type A = Type.parameter("A");
    private static final Type B = Type.parameter("B");

    private OptionalFunctions() {}

    static List<Overload> all() {
        Type optional = Type.optional(A);
        Type map = Type.map(A, B);
        Type list = Type.list(A);
        return List.of(
                global("optional.of", optional, a -> Optional.of(a[0]), A),
                global("optional.none", optional, a -> Optional.empty()),
                global(
                        "optional.ofNonZeroValue",
                        optional,
                        a -> isZero(a[0]) ? Optional.empty() : Optional.of(a[0]),
                        A),
                member("hasValue", BOOL, a -> ((Optional<?>) a[0]).isPresent(), optional),
                member("value", A, a -> value((Optional<?>) a[0]), optional),
                member("or", optional, a -> ((Optional<?>) a[0]).isPresent() ? a[0] : a[1], optional, optional),
                member(
                        "orValue",
                        A,
                        a -> ((Optional<?>) a[0]).isPresent() ? value((Optional<?>) a[0]) : a[1],
                        optional,
                        A),
                global("_[?_]", optional, a -> item(a[0], a[1]), list, INT),
                global("_[?_]", Type.optional(B), a -> item(a[0], a[1]), map, A),
                global("_[?_]", optional, a -> item(a[0], a[1]), Type.optional(list), INT),
                global("_[?_]", Type.optional(B), a -> item(a[0], a[1]), Type.optional(map), A),
                global("_[_]", optional, a -> item(a[0], a[1]), Type.optional(list), INT),
                global("_[_]", Type.optional(B), a -> item(a[0], a[1]), Type.optional(map), A));
    }

    private static Object value(Optional<?> optional) {
        if (optional.isEmpty()) {
            throw new CelFailure("optional.none() dereference");
        }
        return optional.get();
    }

    static Optional<?> item(Object from, Object key) {
        if (from instanceof Optional<?> optional) {
            return optional.isEmpty() ? optional : item(optional.get(), key);
        }
        if (from instanceof Map<?, ?> map) {
            return Optional.ofNullable(Values.get(map, key));
        }
        if (from instanceof List<?> list && key instanceof Long index) {
            return index >= 0 && index < list.size() ? Optional.of(list.get(index.intValue())) : Optional.empty();
        }
        throw CelFailure.noOverload();
    }

    private static boolean isZero(Object value) {
        if (value == Values.NULL || value.equals(false) || value.equals("") || value.equals(java.time.Duration.ZERO)) {
            return true;
        }
        if (Values.isNumber(value)) {
            return Values.areEqual(value, 0L);
        }
        boolean sized = value instanceof List || value instanceof Map || value instanceof Values.Bytes;
        return sized && Values.size(value) == 0;
    }
}
