package io.drover.apiserver.cel;

import com.fasterxml.jackson.databind.JsonNode;
import io.drover.apiserver.cel.Checker.Checked;
import io.drover.apiserver.cel.Expr.Name;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** An expression that has been type-checked, ready for any number of evaluations at once. */
public final class Program {

    private final Type resultType;
    private final Range cost;
    private final Step step;
    private final Map<String, Type> variables;
    private final Set<String> used = new HashSet<>();

    Program(Checked checked, Map<String, Type> variables) {
        this.resultType = checked.type(checked.root());
        this.cost = CostEstimator.estimate(checked, variables);
        this.step = Planner.plan(checked);
        this.variables = variables;
        checked.types().keySet().forEach(expression -> {
            if (expression instanceof Name name) {
                used.add(name.name());
            }
        });
    }

    public Type resultType() {
        return resultType;
    }

    /** What one evaluation costs at least and at most. */
    public Range cost() {
        return cost;
    }

    /** Whether it looks at a variable. */
    public boolean uses(String variable) {
        return used.contains(variable);
    }

    /**
     * Evaluates it.
     *
     * @param values of the variables: JSON, or what functions of one's own take, or a {@link Supplier} of either that is asked at most
     *     once and only if needed
     * @throws CelFailure if it has no value
     * @throws CelFailure.TooExpensive if the budget does not suffice
     */
    public Object evaluate(Map<String, ?> values, Budget budget) {
        budget.beginCall();
        Map<String, Object> converted = new HashMap<>();
        try {
            return step.value(
                    new Step.Frame(name -> converted.computeIfAbsent(name, n -> value(n, values.get(n))), budget));
        } catch (StackOverflowError e) {
            throw new CelFailure("the expression is nested too deeply");
        }
    }

    /** As {@link #evaluate}, of an expression whose result is true or false. */
    public boolean isTrue(Map<String, ?> values, Budget budget) {
        return Boolean.TRUE.equals(evaluate(values, budget));
    }

    /** The value of a variable that is optional: none if {@code json} is null. */
    public Object optional(String name, JsonNode json) {
        Type inner = ((Type.Opaque) variables.get(name)).parameters().get(0);
        return Optional.ofNullable(json).map(present -> Values.of(present, inner));
    }

    private Object value(String name, Object given) {
        Object value = given instanceof Supplier<?> supplier ? supplier.get() : given;
        if (value instanceof JsonNode json) {
            return Values.of(json, variables.getOrDefault(name, Type.DYN));
        }
        if (value == null) {
            throw new CelFailure("no such attribute(s): " + name);
        }
        return value;
    }
}
