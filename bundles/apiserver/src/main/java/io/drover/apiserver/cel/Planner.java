package io.drover.apiserver.cel;

import io.drover.apiserver.cel.Checker.Checked;
import io.drover.apiserver.cel.Checker.Resolved;
import io.drover.apiserver.cel.Expr.Call;
import io.drover.apiserver.cel.Expr.Entries;
import io.drover.apiserver.cel.Expr.Fold;
import io.drover.apiserver.cel.Expr.Items;
import io.drover.apiserver.cel.Expr.Literal;
import io.drover.apiserver.cel.Expr.Name;
import io.drover.apiserver.cel.Expr.Select;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes steps of a checked expression. Each step charges what it costs when it is taken. */
final class Planner {

    private static final long LIST = 10;
    private static final long MAP = 30;

    private final Checked checked;

    private Planner(Checked checked) {
        this.checked = checked;
    }

    static Step plan(Checked checked) {
        return new Planner(checked).plan(checked.root());
    }

    private Step plan(Expr expression) {
        Type constant = checked.type(expression) instanceof Type.TypeOf ? Checker.typeNamed(expression) : null;
        if (constant != null) {
            return frame -> constant;
        }
        if (expression instanceof Literal literal) {
            return frame -> literal.value();
        }
        if (expression instanceof Name name) {
            return frame -> {
                frame.charge(1);
                return frame.find(name.name());
            };
        }
        if (expression instanceof Select select) {
            return select(select);
        }
        if (expression instanceof Call call) {
            return call(call);
        }
        if (expression instanceof Items items) {
            return items(items);
        }
        return expression instanceof Entries entries ? entries(entries) : fold((Fold) expression);
    }

    private Step select(Select select) {
        Step operand = plan(select.operand());
        String field = select.field();
        if (select.test()) {
            return frame -> {
                Object from = operand.value(frame);
                if (from instanceof Optional<?> optional) {
                    return optional.isPresent() && ((Map<?, ?>) optional.get()).containsKey(field);
                }
                if (from instanceof Map<?, ?> map) {
                    return map.containsKey(field);
                }
                throw CelFailure.noOverload();
            };
        }
        return frame -> {
            Object from = operand.value(frame);
            frame.charge(1);
            return field(from, field);
        };
    }

    private static Object field(Object from, String field) {
        if (from instanceof Optional<?>) {
            return OptionalFunctions.item(from, field);
        }
        if (from instanceof Map<?, ?> map) {
            Object value = map.get(field);
            if (value == null) {
                throw CelFailure.noKey(field);
            }
            return value;
        }
        throw CelFailure.noOverload();
    }

    private Step call(Call call) {
        switch (call.function()) {
            case "_&&_" -> {
                return both(call, false);
            }
            case "_||_" -> {
                return both(call, true);
            }
            case "_?_:_" -> {
                Step condition = plan(call.arguments().get(0));
                Step yes = plan(call.arguments().get(1));
                Step no = plan(call.arguments().get(2));
                return frame -> (truth(condition.value(frame)) ? yes : no).value(frame);
            }
            case "@not_strictly_false" -> {
                Step operand = plan(call.arguments().get(0));
                return frame -> isNotFalse(operand, frame);
            }
            case "_?._" -> {
                Step operand = plan(call.arguments().get(0));
                Object field = ((Literal) call.arguments().get(1)).value();
                return frame -> {
                    Object from = operand.value(frame);
                    frame.charge(1);
                    return OptionalFunctions.item(from, field);
                };
            }
            default -> {
                return function(call);
            }
        }
    }

    private static boolean truth(Object value) {
        if (value instanceof Boolean b) {
            return b;
        }
        throw CelFailure.noOverload();
    }

    private static Object isNotFalse(Step operand, Step.Frame frame) {
        Object value;
        try {
            value = operand.value(frame);
        } catch (CelFailure.TooExpensive e) {
            throw e;
        } catch (CelFailure e) {
            value = true;
        }
        frame.charge(1);
        return !value.equals(false);
    }

    /** If one side decides, it doesn't matter that the other has no value. */
    private Step both(Call call, boolean deciding) {
        Step left = plan(call.arguments().get(0));
        Step right = plan(call.arguments().get(1));
        return frame -> {
            CelFailure failure = null;
            try {
                if (truth(left.value(frame)) == deciding) {
                    return deciding;
                }
            } catch (CelFailure.TooExpensive e) {
                throw e;
            } catch (CelFailure e) {
                failure = e;
            }
            if (truth(right.value(frame)) == deciding) {
                return deciding;
            }
            if (failure != null) {
                throw failure;
            }
            return !deciding;
        };
    }

    private Step function(Call call) {
        Resolved resolved = checked.calls().get(call);
        List<Overload> overloads = resolved.overloads();
        Step[] steps = resolved.arguments().stream().map(this::plan).toArray(Step[]::new);
        Overload only = overloads.size() == 1 && isStatic(resolved) ? overloads.get(0) : null;
        return frame -> {
            Object[] arguments = new Object[steps.length];
            for (int i = 0; i < steps.length; i++) {
                arguments[i] = steps[i].value(frame);
            }
            Overload overload = only != null ? only : choose(overloads, arguments);
            Object result = overload.body().apply(arguments);
            frame.charge(overload.cost().actual(arguments, result));
            return result;
        };
    }

    /** Whether the types of all arguments are known, so that none need be looked at. */
    private boolean isStatic(Resolved resolved) {
        return resolved.arguments().stream().noneMatch(a -> mayVary(checked.type(a)))
                || resolved.overloads().get(0).parameters().stream().allMatch(p -> p instanceof Type.Parameter);
    }

    private static boolean mayVary(Type type) {
        return type.isDynamic()
                || (type instanceof Type.ListOf list && mayVary(list.element()))
                || type instanceof Type.MapOf
                || type instanceof Type.Opaque;
    }

    private static Overload choose(List<Overload> overloads, Object[] arguments) {
        for (Overload overload : overloads) {
            if (overload.takes(arguments)) {
                return overload;
            }
        }
        throw CelFailure.noOverload();
    }

    private Step items(Items items) {
        List<Step> steps = items.items().stream().map(this::plan).toList();
        return frame -> {
            List<Object> list = new ArrayList<>(steps.size());
            for (int i = 0; i < steps.size(); i++) {
                Object value = steps.get(i).value(frame);
                if (!items.optional().contains(i)) {
                    list.add(value);
                } else if (value instanceof Optional<?> optional) {
                    optional.ifPresent(list::add);
                } else {
                    throw CelFailure.noOverload();
                }
            }
            frame.charge(LIST);
            return list;
        };
    }

    private Step entries(Entries entries) {
        List<Step> keys = entries.entries().stream().map(e -> plan(e.key())).toList();
        List<Step> values = entries.entries().stream().map(e -> plan(e.value())).toList();
        return frame -> {
            Map<Object, Object> map = new LinkedHashMap<>();
            for (int i = 0; i < keys.size(); i++) {
                Object key = keys.get(i).value(frame);
                Object value = values.get(i).value(frame);
                if (entries.entries().get(i).optional()) {
                    if (!(value instanceof Optional<?> optional)) {
                        throw CelFailure.noOverload();
                    }
                    optional.ifPresent(present -> map.put(key, present));
                } else if (map.put(key, value) != null) {
                    throw new CelFailure("Failed with repeated key");
                }
            }
            frame.charge(MAP);
            return map;
        };
    }

    private Step fold(Fold fold) {
        Step range = plan(fold.range());
        Step initial = plan(fold.initial());
        Step condition = plan(fold.condition());
        Step step = plan(fold.step());
        Step result = plan(fold.result());
        return frame -> {
            Object walked = range.value(frame);
            Step.Frame accumulator = frame.with(fold.accumulator(), initial.value(frame));
            if (walked instanceof List<?> list) {
                for (int i = 0; i < list.size(); i++) {
                    boolean pair = fold.second() != null;
                    Object first = pair ? (Object) (long) i : list.get(i);
                    if (!turn(fold, accumulator, condition, step, first, pair ? list.get(i) : null)) {
                        break;
                    }
                }
            } else if (walked instanceof Map<?, ?> map) {
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    if (!turn(fold, accumulator, condition, step, entry.getKey(), entry.getValue())) {
                        break;
                    }
                }
            } else {
                throw CelFailure.noOverload();
            }
            return result.value(accumulator);
        };
    }

    /** Whether it goes on. A failure is what the fold has come to, until a later item decides otherwise. */
    private static boolean turn(
            Fold fold, Step.Frame accumulator, Step condition, Step step, Object first, Object second) {
        Step.Frame inner = accumulator.with(fold.variable(), first);
        if (fold.second() != null) {
            inner = inner.with(fold.second(), second);
        }
        if (!truth(condition.value(inner))) {
            return false;
        }
        try {
            accumulator.set(step.value(inner));
        } catch (CelFailure.TooExpensive e) {
            throw e;
        } catch (CelFailure e) {
            accumulator.set(e);
        }
        return true;
    }
}
