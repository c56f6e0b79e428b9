package io.drover.apiserver.cel;

import static io.drover.apiserver.cel.Overload.global;
import static io.drover.apiserver.cel.Overload.member;
import static io.drover.apiserver.cel.Type.BOOL;
import static io.drover.apiserver.cel.Type.BYTES;
import static io.drover.apiserver.cel.Type.DOUBLE;
import static io.drover.apiserver.cel.Type.DURATION;
import static io.drover.apiserver.cel.Type.INT;
import static io.drover.apiserver.cel.Type.STRING;
import static io.drover.apiserver.cel.Type.TIMESTAMP;
import static io.drover.apiserver.cel.Type.UINT;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Lists in order, their sums, and lists as sets. */
final class ListFunctions {

    private static final Type A = Type.parameter("A");
    private static final CostRule ITEMS = CostRule.items(0);

    private ListFunctions() {}

    static List<Overload> all() {
        List<Overload> all = new ArrayList<>();
        for (Type type : List.of(INT, UINT, DOUBLE, BOOL, DURATION, TIMESTAMP, STRING, BYTES)) {
            Type list = Type.list(type);
            all.add(member("isSorted", BOOL, a -> isSorted((List<?>) a[0]), list)
                    .costing(ITEMS));
            all.add(member("min", type, a -> extreme((List<?>) a[0], -1, "min"), list)
                    .costing(ITEMS));
            all.add(member("max", type, a -> extreme((List<?>) a[0], 1, "max"), list)
                    .costing(ITEMS));
        }
        all.add(member("sum", INT, a -> sum((List<?>) a[0], 0L), Type.list(INT)).costing(ITEMS));
        all.add(member("sum", UINT, a -> sum((List<?>) a[0], new Values.UInt(0)), Type.list(UINT))
                .costing(ITEMS));
        all.add(member("sum", DOUBLE, a -> sum((List<?>) a[0], 0.0), Type.list(DOUBLE))
                .costing(ITEMS));
        all.add(member("sum", DURATION, a -> sum((List<?>) a[0], Duration.ZERO), Type.list(DURATION))
                .costing(ITEMS));
        all.add(member("indexOf", INT, a -> place((List<?>) a[0], a[1], true), Type.list(A), A)
                .costing(ITEMS));
        all.add(member("lastIndexOf", INT, a -> place((List<?>) a[0], a[1], false), Type.list(A), A)
                .costing(ITEMS));
        Type list = Type.list(A);
        all.add(global("sets.contains", BOOL, a -> containsAll((List<?>) a[0], (List<?>) a[1]), list, list)
                .costing(new PairsCost(1)));
        all.add(global(
                        "sets.equivalent",
                        BOOL,
                        a -> containsAll((List<?>) a[0], (List<?>) a[1]) && containsAll((List<?>) a[1], (List<?>) a[0]),
                        list,
                        list)
                .costing(new PairsCost(2)));
        all.add(global("sets.intersects", BOOL, a -> intersects((List<?>) a[0], (List<?>) a[1]), list, list)
                .costing(new PairsCost(1)));
        return all;
    }

    private static boolean isSorted(List<?> list) {
        for (int i = 1; i < list.size(); i++) {
            if (Values.compare(list.get(i - 1), list.get(i)) > 0) {
                return false;
            }
        }
        return true;
    }

    private static Object extreme(List<?> list, int sign, String function) {
        if (list.isEmpty()) {
            throw new CelFailure(function + " called on empty list");
        }
        Object best = list.get(0);
        for (Object item : list) {
            best = sign * Values.compare(item, best) > 0 ? item : best;
        }
        return best;
    }

    private static Object sum(List<?> list, Object zero) {
        Object sum = zero;
        for (Object item : list) {
            if (sum instanceof Long a && item instanceof Long b) {
                sum = Numbers.exact(Math::addExact, a, b);
            } else if (sum instanceof Values.UInt a && item instanceof Values.UInt b) {
                sum = Numbers.addUnsigned(a.bits(), b.bits());
            } else if (sum instanceof Double a && item instanceof Double b) {
                sum = a + b;
            } else if (sum instanceof Duration a && item instanceof Duration b) {
                sum = Values.within(a.plus(b));
            } else {
                throw CelFailure.noOverload();
            }
        }
        return sum;
    }

    private static long place(List<?> list, Object wanted, boolean first) {
        long found = -1;
        for (int i = 0; i < list.size() && !(first && found >= 0); i++) {
            found = Values.areEqual(list.get(i), wanted) ? i : found;
        }
        return found;
    }

    private static boolean containsAll(List<?> all, List<?> wanted) {
        return wanted.stream().allMatch(w -> StandardFunctions.contains(all, w));
    }

    private static boolean intersects(List<?> a, List<?> b) {
        return a.stream().anyMatch(item -> StandardFunctions.contains(b, item));
    }

    /** Compares each item of one list with each of the other. */
    private record PairsCost(int times) implements CostRule {
        @Override
        public long actual(Object[] arguments, Object result) {
            return 1 + times * Range.product(Values.size(arguments[0]), Values.size(arguments[1]));
        }

        @Override
        public Estimate estimate(List<Operand> arguments) {
            Range pairs = arguments.get(0).size().times(arguments.get(1).size());
            return Estimate.of(Range.ONE.plus(pairs.times(Range.exactly(times))));
        }
    }
}
