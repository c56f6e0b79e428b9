package io.drover.apiserver.cel;

import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** A type of the expression language. Where a schema bounds the size of values, the type knows the bound. */
public sealed interface Type {

    /** The size of values of which nothing is known. */
    long UNBOUNDED = Long.MAX_VALUE;

    Type BOOL = new Simple("bool", 1);
    Type INT = new Simple("int", 1);
    Type UINT = new Simple("uint", 1);
    Type DOUBLE = new Simple("double", 1);
    Type STRING = new Simple("string", UNBOUNDED);
    Type BYTES = new Simple("bytes", UNBOUNDED);
    Type TIMESTAMP = new Simple("timestamp", 1);
    Type DURATION = new Simple("duration", 1);
    Type NULL = new Simple("null", 1);

    /** Anything; checked when the expression runs. */
    Type DYN = new Simple("dyn", UNBOUNDED);

    /** Of what is known to be wrong already, so that it is said once. */
    Type ERROR = new Simple("!error!", UNBOUNDED);

    /** @param size in the unit of {@code size()}, at most */
    record Simple(String name, long size) implements Type {
        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * How a list's items are told apart, when they are.
     *
     * @param set whether each is there once
     * @param keys of items that are objects
     */
    record Identity(boolean set, List<String> keys) {
        static final Identity NONE = new Identity(false, List.of());
    }

    /** @param size how many items there are at most */
    record ListOf(Type element, long size, Identity identity) implements Type {
        @Override
        public String toString() {
            return "list(" + element + ")";
        }
    }

    /** @param size how many entries there are at most */
    record MapOf(Type key, Type value, long size) implements Type {
        @Override
        public String toString() {
            return "map(" + key + ", " + value + ")";
        }
    }

    /** An object whose fields are known, by the names that expressions use for them. */
    record ObjectOf(String name, Map<String, Type> fields) implements Type {
        @Override
        public long size() {
            return UNBOUNDED;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** A type that only functions know, such as {@code kubernetes.Quantity} or {@code optional_type}. */
    record Opaque(String name, List<Type> parameters) implements Type {
        @Override
        public long size() {
            return UNBOUNDED;
        }

        @Override
        public String toString() {
            if (parameters.isEmpty()) {
                return name;
            }
            StringJoiner all = new StringJoiner(", ", name + "(", ")");
            parameters.forEach(p -> all.add(p.toString()));
            return all.toString();
        }
    }

    /** The type of types. */
    record TypeOf(Type of) implements Type {
        @Override
        public long size() {
            return 1;
        }

        @Override
        public String toString() {
            return "type(" + of + ")";
        }
    }

    /** Stands for any type in a function's declaration, the same one wherever it stands. */
    record Parameter(String name) implements Type {
        @Override
        public long size() {
            return UNBOUNDED;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    long size();

    static Type list(Type element) {
        return new ListOf(element, UNBOUNDED, Identity.NONE);
    }

    static Type map(Type key, Type value) {
        return new MapOf(key, value, UNBOUNDED);
    }

    static Type opaque(String name) {
        return new Opaque(name, List.of());
    }

    static Type optional(Type value) {
        return new Opaque("optional_type", List.of(value));
    }

    static Type parameter(String name) {
        return new Parameter(name);
    }

    default boolean isDynamic() {
        return this instanceof Simple simple && (simple.name.equals("dyn") || simple.name.equals("!error!"));
    }

    default boolean isNull() {
        return this instanceof Simple simple && simple.name.equals("null");
    }

    default boolean isText() {
        return this instanceof Simple simple && (simple.name.equals("string") || simple.name.equals("bytes"));
    }

    /** Whether it is an optional value. */
    default boolean isOptional() {
        return this instanceof Opaque opaque && opaque.name.equals("optional_type");
    }

    /** Whether both are simple types of one name, however large. */
    default boolean isSameSimple(Type other) {
        return this instanceof Simple a && other instanceof Simple b && a.name.equals(b.name);
    }
}
