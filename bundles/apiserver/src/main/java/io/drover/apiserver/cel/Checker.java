package io.drover.apiserver.cel;

import io.drover.apiserver.cel.Expr.Call;
import io.drover.apiserver.cel.Expr.Entries;
import io.drover.apiserver.cel.Expr.Entry;
import io.drover.apiserver.cel.Expr.Fold;
import io.drover.apiserver.cel.Expr.Items;
import io.drover.apiserver.cel.Expr.Literal;
import io.drover.apiserver.cel.Expr.Message;
import io.drover.apiserver.cel.Expr.Name;
import io.drover.apiserver.cel.Expr.Select;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Finds each part's type, and which forms of its function each call can mean. */
final class Checker {

    /** What was found out. */
    record Checked(Expr root, Map<Expr, Type> types, Map<Call, Resolved> calls) {
        Type type(Expr expression) {
            return types.get(expression);
        }
    }

    /** @param arguments the target first, if there is one */
    record Resolved(List<Overload> overloads, List<Expr> arguments) {}

    /** Variables, the innermost first. */
    private record Scope(Scope outer, String name, Type type) {
        Type find(String wanted) {
            for (Scope scope = this; scope != null; scope = scope.outer) {
                if (scope.name.equals(wanted)) {
                    return scope.type;
                }
            }
            return null;
        }
    }

    private static final Map<String, Type> TYPE_NAMES = Map.ofEntries(
            Map.entry("bool", Type.BOOL),
            Map.entry("int", Type.INT),
            Map.entry("uint", Type.UINT),
            Map.entry("double", Type.DOUBLE),
            Map.entry("string", Type.STRING),
            Map.entry("bytes", Type.BYTES),
            Map.entry("list", Type.list(Type.DYN)),
            Map.entry("map", Type.map(Type.DYN, Type.DYN)),
            Map.entry("null_type", Type.NULL),
            Map.entry("google.protobuf.Timestamp", Type.TIMESTAMP),
            Map.entry("google.protobuf.Duration", Type.DURATION),
            Map.entry("net.IP", Type.opaque("net.IP")),
            Map.entry("net.CIDR", Type.opaque("net.CIDR")),
            Map.entry("kubernetes.URL", Type.opaque("kubernetes.URL")),
            Map.entry("kubernetes.Quantity", Type.opaque("kubernetes.Quantity")));

    private final Source source;
    private final Map<String, Type> variables;
    private final Map<String, List<Overload>> functions;
    private final Map<Expr, Type> types = new IdentityHashMap<>();
    private final Map<Call, Resolved> calls = new IdentityHashMap<>();
    private final Matching matching = new Matching();
    private final List<String> errors = new ArrayList<>();

    private Checker(Source source, Map<String, Type> variables, Map<String, List<Overload>> functions) {
        this.source = source;
        this.variables = variables;
        this.functions = functions;
    }

    static Checked check(Source source, Expr root, Map<String, Type> variables, Map<String, List<Overload>> functions) {
        Checker checker = new Checker(source, variables, functions);
        checker.type(root, null);
        if (!checker.errors.isEmpty()) {
            throw new CelFailure(String.join("\n", checker.errors));
        }
        checker.types.replaceAll((expression, type) -> checker.matching.settled(type));
        return new Checked(root, checker.types, checker.calls);
    }

    /** The literal that a name of a type stands for, null if it is none. */
    static Type typeNamed(Expr expression) {
        String path = path(expression);
        return path == null ? null : TYPE_NAMES.get(path);
    }

    private static String path(Expr expression) {
        if (expression instanceof Name name) {
            return name.name();
        }
        if (expression instanceof Select select && !select.test()) {
            String outer = path(select.operand());
            return outer == null ? null : outer + "." + select.field();
        }
        return null;
    }

    private Type fail(int at, String message) {
        errors.add(source.explain(at, message));
        return Type.ERROR;
    }

    private Type type(Expr expression, Scope scope) {
        Type type = find(expression, scope);
        types.put(expression, type);
        return type;
    }

    private Type find(Expr expression, Scope scope) {
        if (expression instanceof Literal literal) {
            return ofLiteral(literal.value());
        }
        if (expression instanceof Name name) {
            return name(name, scope);
        }
        if (expression instanceof Select select) {
            return select(select, scope);
        }
        if (expression instanceof Call call) {
            return call(call, scope);
        }
        if (expression instanceof Items items) {
            return items(items, scope);
        }
        if (expression instanceof Entries entries) {
            return entries(entries, scope);
        }
        if (expression instanceof Fold fold) {
            return fold(fold, scope);
        }
        Message message = (Message) expression;
        return fail(message.at(), "undeclared reference to '" + message.type() + "' (in container '')");
    }

    private static Type ofLiteral(Object value) {
        if (value instanceof Boolean) {
            return Type.BOOL;
        }
        if (value instanceof Long) {
            return Type.INT;
        }
        if (value instanceof Values.UInt) {
            return Type.UINT;
        }
        if (value instanceof Double) {
            return Type.DOUBLE;
        }
        return value instanceof String ? Type.STRING : value instanceof Values.Bytes ? Type.BYTES : Type.NULL;
    }

    private Type variable(String name, Scope scope) {
        Type local = scope == null ? null : scope.find(name);
        return local != null ? local : variables.get(name);
    }

    private Type name(Name name, Scope scope) {
        Type variable = variable(name.name(), scope);
        if (variable != null) {
            return variable;
        }
        Type named = TYPE_NAMES.get(name.name());
        return named != null
                ? new Type.TypeOf(named)
                : fail(name.at(), "undeclared reference to '" + name.name() + "' (in container '')");
    }

    private Type select(Select select, Scope scope) {
        Type named = typeNamed(select);
        if (named != null && !select.test() && variable(path(select).split("\\.")[0], scope) == null) {
            return new Type.TypeOf(named);
        }
        Type operand = matching.resolve(type(select.operand(), scope));
        Type field = field(operand, select.field(), select.at());
        return select.test() ? Type.BOOL : field;
    }

    private Type field(Type operand, String field, int at) {
        if (operand.isOptional()) {
            Type inner = matching.resolve(((Type.Opaque) operand).parameters().get(0));
            return Type.optional(field(inner, field, at));
        }
        if (operand instanceof Type.MapOf map) {
            return map.value();
        }
        if (operand instanceof Type.ObjectOf object) {
            Type found = object.fields().get(field);
            return found != null ? found : fail(at, "undefined field '" + field + "'");
        }
        if (operand.isDynamic() || operand instanceof Type.Parameter) {
            return Type.DYN;
        }
        return fail(at, "type '" + matching.settled(operand) + "' does not support field selection");
    }

    private Type call(Call call, Scope scope) {
        if (call.function().equals("_?._")) {
            return optionalSelect(call, scope);
        }
        List<Expr> arguments = new ArrayList<>();
        String function = call.function();
        boolean member = call.target() != null;
        if (member) {
            String path = path(call.target());
            String qualified = path + "." + function;
            if (path != null && functions.containsKey(qualified) && variable(path.split("\\.")[0], scope) == null) {
                function = qualified;
                member = false;
            } else {
                arguments.add(call.target());
            }
        }
        arguments.addAll(call.arguments());
        List<Type> given = new ArrayList<>();
        arguments.forEach(argument -> given.add(type(argument, scope)));
        List<Overload> candidates = functions.get(function);
        if (candidates == null) {
            return fail(call.at(), "undeclared reference to '" + function + "' (in container '')");
        }
        return resolve(call, function, member, arguments, given, candidates);
    }

    private Type resolve(
            Call call,
            String function,
            boolean member,
            List<Expr> arguments,
            List<Type> given,
            List<Overload> candidates) {
        List<Overload> fitting = new ArrayList<>();
        Type result = null;
        for (Overload candidate : candidates) {
            if (candidate.member() != member) {
                continue;
            }
            List<Type> signature = new ArrayList<>(candidate.parameters());
            signature.add(candidate.result());
            List<Type> fresh = matching.fresh(signature);
            if (matching.fitAll(given, fresh.subList(0, fresh.size() - 1))) {
                Type found = matching.substituted(fresh.get(fresh.size() - 1));
                result = result == null || sameType(result, found) ? found : Type.DYN;
                fitting.add(candidate);
            }
        }
        if (fitting.isEmpty()) {
            boolean known = given.stream().noneMatch(t -> t == Type.ERROR);
            return known ? fail(call.at(), noMatch(function, member, given)) : Type.ERROR;
        }
        calls.put(call, new Resolved(List.copyOf(fitting), List.copyOf(arguments)));
        return result;
    }

    private static boolean sameType(Type a, Type b) {
        return a.toString().equals(b.toString());
    }

    private String noMatch(String function, boolean member, List<Type> given) {
        List<String> shown =
                given.stream().map(t -> matching.settled(t).toString()).toList();
        String all = member
                ? shown.get(0) + ".(" + String.join(", ", shown.subList(1, shown.size())) + ")"
                : "(" + String.join(", ", shown) + ")";
        return "found no matching overload for '" + function + "' applied to '" + all + "'";
    }

    private Type optionalSelect(Call call, Scope scope) {
        Expr operand = call.arguments().get(0);
        String field = (String) ((Literal) call.arguments().get(1)).value();
        Type type = field(matching.resolve(type(operand, scope)), field, call.at());
        types.put(call.arguments().get(1), Type.STRING);
        return type.isOptional() ? type : Type.optional(type);
    }

    private Type items(Items items, Scope scope) {
        Type element = null;
        for (int i = 0; i < items.items().size(); i++) {
            Expr item = items.items().get(i);
            element =
                    alike(element, unwrapped(type(item, scope), items.optional().contains(i), item), item);
        }
        return Type.list(element == null ? matching.parameter() : element);
    }

    private Type unwrapped(Type type, boolean optional, Expr expression) {
        Type resolved = matching.resolve(type);
        if (!optional || resolved.isDynamic()) {
            return resolved;
        }
        return resolved.isOptional()
                ? ((Type.Opaque) resolved).parameters().get(0)
                : fail(expression.at(), "expected type 'optional_type(" + resolved + ")' but found '" + resolved + "'");
    }

    /** All members of a literal have one type. */
    private Type alike(Type first, Type type, Expr expression) {
        if (first == null || matching.fitAll(List.of(type), List.of(first))) {
            return first == null ? type : first;
        }
        return fail(
                expression.at(),
                "expected type '" + matching.settled(first) + "' but found '" + matching.settled(type) + "'");
    }

    private Type entries(Entries entries, Scope scope) {
        Type key = null;
        Type value = null;
        for (Entry entry : entries.entries()) {
            key = alike(key, type(entry.key(), scope), entry.key());
            Type found = unwrapped(type(entry.value(), scope), entry.optional(), entry.value());
            value = alike(value, found, entry.value());
        }
        return Type.map(key == null ? matching.parameter() : key, value == null ? matching.parameter() : value);
    }

    private Type fold(Fold fold, Scope scope) {
        Type range = matching.resolve(type(fold.range(), scope));
        Type accumulator = type(fold.initial(), scope);
        Type first = Type.DYN;
        Type second = Type.DYN;
        if (range instanceof Type.ListOf list) {
            first = fold.second() == null ? list.element() : Type.INT;
            second = list.element();
        } else if (range instanceof Type.MapOf map) {
            first = map.key();
            second = map.value();
        } else if (!range.isDynamic() && !(range instanceof Type.Parameter)) {
            first = fail(
                    fold.range().at(),
                    "expression of type '" + matching.settled(range)
                            + "' cannot be range of a comprehension (must be list, map, or dynamic)");
            second = first;
        }
        Scope withAccumulator = new Scope(scope, fold.accumulator(), accumulator);
        Scope inner = new Scope(withAccumulator, fold.variable(), first);
        if (fold.second() != null) {
            inner = new Scope(inner, fold.second(), second);
        }
        expect(Type.BOOL, type(fold.condition(), inner), fold.condition());
        expect(accumulator, type(fold.step(), inner), fold.step());
        return type(fold.result(), withAccumulator);
    }

    private void expect(Type wanted, Type found, Expr expression) {
        if (found != Type.ERROR && !matching.fitAll(List.of(found), List.of(wanted))) {
            fail(
                    expression.at(),
                    "expected type '" + matching.settled(wanted) + "' but found '" + matching.settled(found) + "'");
        }
    }
}
