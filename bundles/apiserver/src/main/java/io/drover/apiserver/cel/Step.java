package io.drover.apiserver.cel;

/** A part of an expression, ready to be evaluated. */
@FunctionalInterface
interface Step {

    /** @throws CelFailure if it has no value */
    Object value(Frame frame);

    /** Variables in sight, the innermost first, and what may still be spent. */
    final class Frame {
        private final Frame outer;
        private final String name;
        private Object value;
        private final Variables variables;
        private final Budget budget;

        Frame(Variables variables, Budget budget) {
            this(null, null, null, variables, budget);
        }

        private Frame(Frame outer, String name, Object value, Variables variables, Budget budget) {
            this.outer = outer;
            this.name = name;
            this.value = value;
            this.variables = variables;
            this.budget = budget;
        }

        Frame with(String newName, Object newValue) {
            return new Frame(this, newName, newValue, variables, budget);
        }

        void set(Object newValue) {
            value = newValue;
        }

        Object value() {
            return value;
        }

        void charge(long cost) {
            budget.charge(cost);
        }

        /** A failure that a fold has come to is thrown where it is looked at. */
        Object find(String wanted) {
            for (Frame frame = this; frame.outer != null; frame = frame.outer) {
                if (frame.name.equals(wanted)) {
                    if (frame.value instanceof CelFailure failure) {
                        throw failure;
                    }
                    return frame.value;
                }
            }
            return variables.get(wanted);
        }
    }

    /** Gives the values of an environment's variables. */
    @FunctionalInterface
    interface Variables {
        Object get(String name);
    }
}
