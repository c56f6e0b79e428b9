package io.drover.apiserver.cel;

import java.util.List;
import java.util.Set;

/**
 * A parsed expression. Each part knows its offset in the text; two parts that look alike are still two, so tables about them compare by
 * identity.
 */
sealed interface Expr {

    int at();

    /** @param value as {@link Values} describes values */
    record Literal(int at, Object value) implements Expr {}

    record Name(int at, String name) implements Expr {}

    /** @param test whether it is only asked if the field is there */
    record Select(int at, Expr operand, String field, boolean test) implements Expr {}

    /** @param target null for a function that is called on nothing */
    record Call(int at, String function, Expr target, List<Expr> arguments) implements Expr {}

    /** @param optional indexes of items that are left out when their optional value is none */
    record Items(int at, List<Expr> items, Set<Integer> optional) implements Expr {}

    record Entries(int at, List<Entry> entries) implements Expr {}

    record Entry(Expr key, Expr value, boolean optional) {}

    /** A literal of a named message type; Kubernetes has none that a rule may make. */
    record Message(int at, String type) implements Expr {}

    /**
     * What all macros that walk over something come to: for each item, while the condition holds, the step makes the accumulator's new
     * value.
     *
     * @param variable an item of a list, a key of a map; with a second one, the index or key
     * @param second the item or value; null = none
     */
    record Fold(
            int at,
            String variable,
            String second,
            Expr range,
            String accumulator,
            Expr initial,
            Expr condition,
            Expr step,
            Expr result)
            implements Expr {}
}
