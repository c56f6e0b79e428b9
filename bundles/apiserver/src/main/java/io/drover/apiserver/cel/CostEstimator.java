package io.drover.apiserver.cel;

import io.drover.apiserver.cel.Checker.Checked;
import io.drover.apiserver.cel.CostRule.Estimate;
import io.drover.apiserver.cel.CostRule.Operand;
import io.drover.apiserver.cel.Expr.Call;
import io.drover.apiserver.cel.Expr.Entries;
import io.drover.apiserver.cel.Expr.Entry;
import io.drover.apiserver.cel.Expr.Fold;
import io.drover.apiserver.cel.Expr.Items;
import io.drover.apiserver.cel.Expr.Literal;
import io.drover.apiserver.cel.Expr.Name;
import io.drover.apiserver.cel.Expr.Select;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Says what an expression can cost at least and at most, before it has run, by the sizes that its variables' types allow. */
final class CostEstimator {

    private static final Range LIST = Range.exactly(10);
    private static final Range MAP = Range.exactly(30);

    private final Checked checked;
    private final Map<String, Type> variables;
    /** Where a part's value comes from a variable: its declared type, which bounds its size. */
    private final Map<Expr, Type> declared = new IdentityHashMap<>();

    private final Map<Expr, Range> computed = new IdentityHashMap<>();
    private final Map<String, Type> items = new HashMap<>();

    private CostEstimator(Checked checked, Map<String, Type> variables) {
        this.checked = checked;
        this.variables = variables;
    }

    static Range estimate(Checked checked, Map<String, Type> variables) {
        return new CostEstimator(checked, variables).cost(checked.root());
    }

    private Range cost(Expr expression) {
        if (expression instanceof Name name) {
            Type type = items.containsKey(name.name()) ? items.get(name.name()) : variables.get(name.name());
            declare(name, type);
            return Range.ONE;
        }
        if (expression instanceof Select select) {
            return select(select);
        }
        if (expression instanceof Call call) {
            return call(call);
        }
        if (expression instanceof Items list) {
            return list.items().stream().map(this::cost).reduce(LIST, Range::plus);
        }
        if (expression instanceof Entries map) {
            Range sum = MAP;
            for (Entry entry : map.entries()) {
                sum = sum.plus(cost(entry.key())).plus(cost(entry.value()));
            }
            return sum;
        }
        return expression instanceof Fold fold ? fold(fold) : Range.ZERO;
    }

    private void declare(Expr expression, Type type) {
        if (type != null) {
            declared.put(expression, type);
        }
    }

    private Range select(Select select) {
        Range sum = cost(select.operand());
        if (select.test()) {
            return sum;
        }
        declare(select, field(declared.get(select.operand()), select.field()));
        Type from = checked.type(select.operand());
        boolean free = !(from instanceof Type.MapOf || from instanceof Type.ObjectOf || from instanceof Type.Parameter);
        return free ? sum : sum.plus(Range.ONE);
    }

    private static Type field(Type from, String field) {
        if (from instanceof Type.ObjectOf object) {
            return object.fields().get(field);
        }
        return from instanceof Type.MapOf map ? map.value() : null;
    }

    private Range call(Call call) {
        List<Expr> arguments =
                checked.calls().containsKey(call) ? checked.calls().get(call).arguments() : call.arguments();
        List<Range> costs = arguments.stream().map(this::cost).toList();
        Range sum = costs.stream().reduce(Range.ZERO, Range::plus);
        switch (call.function()) {
            case "_&&_", "_||_" -> {
                return new Range(costs.get(0).min(), sum.max());
            }
            case "_?_:_" -> {
                computed.put(call, size(arguments.get(1)).or(size(arguments.get(2))));
                return costs.get(0).plus(costs.get(1).or(costs.get(2)));
            }
            case "_?._" -> {
                return sum.plus(Range.ONE);
            }
            default -> {
                return sum.plus(function(call, arguments));
            }
        }
    }

    private Range function(Call call, List<Expr> arguments) {
        List<Operand> operands =
                arguments.stream().<Operand>map(ExpressionOperand::new).toList();
        Range cost = null;
        Range size = null;
        for (Overload overload : checked.calls().get(call).overloads()) {
            Estimate estimate = overload.cost().estimate(operands);
            cost = cost == null ? estimate.cost() : cost.or(estimate.cost());
            if (estimate.resultSize() != null) {
                size = size == null ? estimate.resultSize() : size.or(estimate.resultSize());
            }
        }
        if (size != null) {
            computed.put(call, size);
        }
        if (call.function().equals("_[_]")) {
            Type from = declared.get(arguments.get(0));
            declare(call, from instanceof Type.ListOf list ? list.element() : field(from, ""));
        }
        return cost;
    }

    private Range fold(Fold fold) {
        Range sum = cost(fold.range()).plus(cost(fold.initial()));
        Map<String, Type> outer = new HashMap<>(items);
        Type range = declared.get(fold.range());
        Type key = range instanceof Type.MapOf map ? map.key() : null;
        Type item = range instanceof Type.ListOf list
                ? list.element()
                : range instanceof Type.MapOf map ? map.value() : null;
        boolean single = fold.second() == null && range instanceof Type.ListOf;
        items.put(fold.variable(), single ? item : key);
        if (fold.second() != null) {
            items.put(fold.second(), item);
        }
        items.put(fold.accumulator(), null);
        Range turn = cost(fold.condition()).plus(cost(fold.step()));
        items.clear();
        items.putAll(outer);
        items.put(fold.accumulator(), null);
        sum = sum.plus(cost(fold.result()));
        items.clear();
        items.putAll(outer);
        Range count = size(fold.range());
        computed.put(fold, count);
        return sum.plus(count.times(turn));
    }

    private Range size(Expr expression) {
        if (expression instanceof Literal literal) {
            return Range.exactly(Values.size(literal.value()));
        }
        if (expression instanceof Items list) {
            return Range.exactly(list.items().size());
        }
        if (expression instanceof Entries map) {
            return Range.exactly(map.entries().size());
        }
        if (computed.containsKey(expression)) {
            return computed.get(expression);
        }
        Type type = declared.get(expression);
        return type != null && type.size() != Type.UNBOUNDED ? bounded(type) : unknown(checked.type(expression));
    }

    private static Range bounded(Type type) {
        return type.size() == 1 ? Range.ONE : new Range(0, type.size());
    }

    private static Range unknown(Type type) {
        return type != null && type.size() == 1 ? Range.ONE : Range.UNKNOWN;
    }

    private final class ExpressionOperand implements Operand {
        private final Expr expression;

        ExpressionOperand(Expr expression) {
            this.expression = expression;
        }

        @Override
        public Type type() {
            return checked.type(expression);
        }

        @Override
        public Range size() {
            return CostEstimator.this.size(expression);
        }

        @Override
        public Operand element() {
            Type known = declared.get(expression) instanceof Type.ListOf list ? list.element() : null;
            Type type = type() instanceof Type.ListOf list ? list.element() : Type.DYN;
            return new TypeOperand(type, known != null ? bounded(known) : unknown(type));
        }
    }

    private record TypeOperand(Type type, Range size) implements Operand {
        @Override
        public Operand element() {
            return new TypeOperand(Type.DYN, Range.UNKNOWN);
        }
    }
}
