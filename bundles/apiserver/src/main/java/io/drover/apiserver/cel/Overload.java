package io.drover.apiserver.cel;

import java.util.List;

/**
 * One form of a function.
 *
 * @param function {@code size}, {@code sets.contains}, or {@code _+_} for an operator
 * @param member whether it is called on its first parameter: {@code target.size()}
 */
public record Overload(String function, boolean member, List<Type> parameters, Type result, Body body, CostRule cost) {

    /** What it does. */
    @FunctionalInterface
    public interface Body {
        /** @throws CelFailure if it has no value */
        Object apply(Object[] arguments);
    }

    /** A value of a type of one's own. */
    public interface OpaqueValue {
        Type type();
    }

    public static Overload member(String function, Type result, Body body, Type... parameters) {
        return new Overload(function, true, List.of(parameters), result, body, CostRule.ONE);
    }

    public static Overload global(String function, Type result, Body body, Type... parameters) {
        return new Overload(function, false, List.of(parameters), result, body, CostRule.ONE);
    }

    public Overload costing(CostRule rule) {
        return new Overload(function, member, parameters, result, body, rule);
    }

    boolean takes(Object[] arguments) {
        if (arguments.length != parameters.size()) {
            return false;
        }
        for (int i = 0; i < arguments.length; i++) {
            if (!isOf(arguments[i], parameters.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isOf(Object value, Type type) {
        if (type instanceof Type.Simple simple) {
            return switch (simple.name()) {
                case "bool" -> value instanceof Boolean;
                case "int" -> value instanceof Long;
                case "uint" -> value instanceof Values.UInt;
                case "double" -> value instanceof Double;
                case "string" -> value instanceof String;
                case "bytes" -> value instanceof Values.Bytes;
                case "timestamp" -> value instanceof java.time.Instant;
                case "duration" -> value instanceof java.time.Duration;
                case "null" -> value == Values.NULL;
                default -> true;
            };
        }
        if (type instanceof Type.ListOf) {
            return value instanceof List;
        }
        if (type instanceof Type.MapOf || type instanceof Type.ObjectOf) {
            return value instanceof java.util.Map;
        }
        if (type instanceof Type.TypeOf) {
            return value instanceof Type;
        }
        if (type.isOptional()) {
            return value instanceof java.util.Optional;
        }
        return !(type instanceof Type.Opaque)
                || (value instanceof OpaqueValue own && own.type().equals(type));
    }
}
