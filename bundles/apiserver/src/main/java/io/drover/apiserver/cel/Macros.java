package io.drover.apiserver.cel;

import io.drover.apiserver.cel.Expr.Call;
import io.drover.apiserver.cel.Expr.Entries;
import io.drover.apiserver.cel.Expr.Entry;
import io.drover.apiserver.cel.Expr.Fold;
import io.drover.apiserver.cel.Expr.Items;
import io.drover.apiserver.cel.Expr.Literal;
import io.drover.apiserver.cel.Expr.Name;
import io.drover.apiserver.cel.Expr.Select;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Expands what looks like a function but takes an expression apart: {@code has}, {@code all}, {@code map} and their like. */
final class Macros {

    /** Holds what a fold has come to; no name that can be written. */
    static final String ACCUMULATOR = "@result";

    static final String MAP_INSERT = "cel.@mapInsert";
    private static final String UNUSED = "#unused";

    private final Source source;
    private final int at;
    private final Expr range;
    private final List<Expr> arguments;

    private Macros(Source source, int at, Expr range, List<Expr> arguments) {
        this.source = source;
        this.at = at;
        this.range = range;
        this.arguments = arguments;
    }

    static Expr has(Source source, int at, List<Expr> arguments) {
        if (arguments.size() == 1 && arguments.get(0) instanceof Select select && !select.test()) {
            return new Select(select.at(), select.operand(), select.field(), true);
        }
        throw source.failure(arguments.isEmpty() ? at : arguments.get(0).at(), "invalid argument to has() macro");
    }

    /** Empty if it is an ordinary call. */
    static Optional<Expr> member(Source source, int at, String function, Expr target, List<Expr> arguments) {
        Macros macro = new Macros(source, at, target, arguments);
        boolean bind = function.equals("bind")
                && target instanceof Name name
                && name.name().equals("cel");
        Expr expanded =
                switch (function + "/" + arguments.size()) {
                    case "all/2" -> macro.all(null);
                    case "all/3" -> macro.all(macro.variable(1));
                    case "exists/2" -> macro.exists(null);
                    case "exists/3" -> macro.exists(macro.variable(1));
                    case "exists_one/2", "existsOne/2" -> macro.existsOne(null);
                    case "exists_one/3", "existsOne/3" -> macro.existsOne(macro.variable(1));
                    case "map/2" -> macro.list(null, macro.argument(1), null);
                    case "map/3" -> macro.list(null, macro.argument(2), macro.argument(1));
                    case "filter/2" -> macro.list(null, new Name(at, macro.variable(0)), macro.argument(1));
                    case "transformList/3" -> macro.list(macro.variable(1), macro.argument(2), null);
                    case "transformList/4" -> macro.list(macro.variable(1), macro.argument(3), macro.argument(2));
                    case "transformMap/3" -> macro.map(macro.keyed(2), null);
                    case "transformMap/4" -> macro.map(macro.keyed(3), macro.argument(2));
                    case "transformMapEntry/3" -> macro.map(macro.argument(2), null);
                    case "transformMapEntry/4" -> macro.map(macro.argument(3), macro.argument(2));
                    case "optMap/2" -> macro.whenPresent(true);
                    case "optFlatMap/2" -> macro.whenPresent(false);
                    case "bind/3" -> bind ? macro.bind(macro.argument(1), macro.argument(2)) : null;
                    default -> null;
                };
        return Optional.ofNullable(expanded);
    }

    private Expr argument(int index) {
        return arguments.get(index);
    }

    private String variable(int index) {
        if (arguments.get(index) instanceof Name name && !name.name().equals(ACCUMULATOR)) {
            return name.name();
        }
        throw source.failure(arguments.get(index).at(), "argument must be a simple name");
    }

    private Expr accumulator() {
        return new Name(at, ACCUMULATOR);
    }

    private Expr literal(Object value) {
        return new Literal(at, value);
    }

    private Expr call(String function, Expr... given) {
        return new Call(at, function, null, List.of(given));
    }

    private Expr fold(String second, Object initial, Expr condition, Expr step, Expr result) {
        Expr start = initial instanceof Expr made ? made : literal(initial);
        return new Fold(at, variable(0), second, range, ACCUMULATOR, start, condition, step, result);
    }

    private Expr all(String second) {
        Expr condition = call("@not_strictly_false", accumulator());
        Expr predicate = argument(arguments.size() - 1);
        return fold(second, true, condition, call("_&&_", accumulator(), predicate), accumulator());
    }

    private Expr exists(String second) {
        Expr condition = call("@not_strictly_false", call("!_", accumulator()));
        Expr predicate = argument(arguments.size() - 1);
        return fold(second, false, condition, call("_||_", accumulator(), predicate), accumulator());
    }

    private Expr existsOne(String second) {
        Expr predicate = argument(arguments.size() - 1);
        Expr step = call("_?_:_", predicate, call("_+_", accumulator(), literal(1L)), accumulator());
        return fold(second, 0L, literal(true), step, call("_==_", accumulator(), literal(1L)));
    }

    private Expr list(String second, Expr item, Expr filter) {
        Expr step = call("_+_", accumulator(), new Items(at, List.of(item), Set.of()));
        return fold(second, new Items(at, List.of(), Set.of()), literal(true), filtered(step, filter), accumulator());
    }

    private Expr filtered(Expr step, Expr filter) {
        return filter == null ? step : call("_?_:_", filter, step, accumulator());
    }

    private Expr keyed(int index) {
        return new Entries(at, List.of(new Entry(argument(0), argument(index), false)));
    }

    private Expr map(Expr entries, Expr filter) {
        Expr step = call(MAP_INSERT, accumulator(), entries);
        return fold(variable(1), new Entries(at, List.of()), literal(true), filtered(step, filter), accumulator());
    }

    private Expr bind(Expr value, Expr within) {
        return new Fold(
                at,
                UNUSED,
                null,
                new Items(at, List.of(), Set.of()),
                variable(0),
                value,
                literal(false),
                new Name(at, variable(0)),
                within);
    }

    private Expr whenPresent(boolean wrap) {
        Expr value = bind(new Call(at, "value", range, List.of()), argument(1));
        Name optional = new Name(at, "optional");
        return call(
                "_?_:_",
                new Call(at, "hasValue", range, List.of()),
                wrap ? new Call(at, "of", optional, List.of(value)) : value,
                new Call(at, "none", optional, List.of()));
    }
}
