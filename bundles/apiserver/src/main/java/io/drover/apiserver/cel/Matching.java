package io.drover.apiserver.cel;

import io.drover.apiserver.cel.Type.ListOf;
import io.drover.apiserver.cel.Type.MapOf;
import io.drover.apiserver.cel.Type.ObjectOf;
import io.drover.apiserver.cel.Type.Opaque;
import io.drover.apiserver.cel.Type.Parameter;
import io.drover.apiserver.cel.Type.TypeOf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which types fit which, and what the parameters among them have turned out to stand for. */
final class Matching {

    private Map<String, Type> known = new HashMap<>();
    private int made;

    /** A type whose parameters are nobody else's. */
    List<Type> fresh(List<Type> types) {
        String suffix = "." + ++made;
        return types.stream().map(type -> renamed(type, suffix)).toList();
    }

    Type parameter() {
        return new Parameter("T." + ++made);
    }

    private static Type renamed(Type type, String suffix) {
        if (type instanceof Parameter parameter) {
            return new Parameter(parameter.name() + suffix);
        }
        if (type instanceof ListOf list) {
            return new ListOf(renamed(list.element(), suffix), list.size(), list.identity());
        }
        if (type instanceof MapOf map) {
            return new MapOf(renamed(map.key(), suffix), renamed(map.value(), suffix), map.size());
        }
        if (type instanceof Opaque opaque && !opaque.parameters().isEmpty()) {
            return new Opaque(
                    opaque.name(),
                    opaque.parameters().stream().map(p -> renamed(p, suffix)).toList());
        }
        return type instanceof TypeOf typeOf ? new TypeOf(renamed(typeOf.of(), suffix)) : type;
    }

    /** With all that is known put in; what stays unknown is anything. */
    Type settled(Type type) {
        return substituted(type, true);
    }

    /** With all that is known put in. */
    Type substituted(Type type) {
        return substituted(type, false);
    }

    private Type substituted(Type type, boolean last) {
        Type resolved = resolve(type);
        if (resolved instanceof Parameter) {
            return last ? Type.DYN : resolved;
        }
        if (resolved instanceof ListOf list) {
            return new ListOf(substituted(list.element(), last), list.size(), list.identity());
        }
        if (resolved instanceof MapOf map) {
            return new MapOf(substituted(map.key(), last), substituted(map.value(), last), map.size());
        }
        if (resolved instanceof Opaque opaque && !opaque.parameters().isEmpty()) {
            return new Opaque(
                    opaque.name(),
                    opaque.parameters().stream().map(p -> substituted(p, last)).toList());
        }
        return resolved instanceof TypeOf typeOf ? new TypeOf(substituted(typeOf.of(), last)) : resolved;
    }

    Type resolve(Type type) {
        Type found = type;
        while (found instanceof Parameter parameter && known.containsKey(parameter.name())) {
            found = known.get(parameter.name());
        }
        return found;
    }

    /** Whether all fit; only then is anything learnt from it. */
    boolean fitAll(List<Type> given, List<Type> wanted) {
        if (given.size() != wanted.size()) {
            return false;
        }
        Map<String, Type> before = new HashMap<>(known);
        for (int i = 0; i < given.size(); i++) {
            if (!fits(given.get(i), wanted.get(i))) {
                known = before;
                return false;
            }
        }
        return true;
    }

    private boolean fits(Type given, Type wanted) {
        Type a = resolve(given);
        Type b = resolve(wanted);
        if (b instanceof Parameter parameter) {
            return learn(parameter, a);
        }
        if (a instanceof Parameter parameter) {
            return learn(parameter, b);
        }
        if (a.isDynamic() || b.isDynamic()) {
            return true;
        }
        if (a.isNull() || b.isNull()) {
            return takesNull(a.isNull() ? b : a);
        }
        if (a instanceof ListOf x && b instanceof ListOf y) {
            return fits(x.element(), y.element());
        }
        if (a instanceof MapOf x && b instanceof MapOf y) {
            return fits(x.key(), y.key()) && fits(x.value(), y.value());
        }
        if (a instanceof Opaque x && b instanceof Opaque y) {
            return x.name().equals(y.name()) && fitEach(x.parameters(), y.parameters());
        }
        if (a instanceof TypeOf && b instanceof TypeOf) {
            return true;
        }
        if (a instanceof ObjectOf x && b instanceof ObjectOf y) {
            return x == y || x.fields().keySet().equals(y.fields().keySet());
        }
        return a.isSameSimple(b);
    }

    private boolean fitEach(List<Type> given, List<Type> wanted) {
        for (int i = 0; i < given.size(); i++) {
            if (!fits(given.get(i), wanted.get(i))) {
                return false;
            }
        }
        return true;
    }

    private boolean learn(Parameter parameter, Type type) {
        if (type.equals(parameter)) {
            return true;
        }
        if (contains(type, parameter)) {
            return false;
        }
        known.put(parameter.name(), type);
        return true;
    }

    private boolean contains(Type type, Parameter parameter) {
        Type resolved = resolve(type);
        List<Type> parts = new ArrayList<>();
        if (resolved instanceof ListOf list) {
            parts.add(list.element());
        } else if (resolved instanceof MapOf map) {
            parts.add(map.key());
            parts.add(map.value());
        } else if (resolved instanceof Opaque opaque) {
            parts.addAll(opaque.parameters());
        }
        return resolved.equals(parameter) || parts.stream().anyMatch(part -> contains(part, parameter));
    }

    private static boolean takesNull(Type type) {
        return type.isNull()
                || type instanceof ObjectOf
                || type instanceof Opaque
                || type.isSameSimple(Type.DURATION)
                || type.isSameSimple(Type.TIMESTAMP);
    }
}
