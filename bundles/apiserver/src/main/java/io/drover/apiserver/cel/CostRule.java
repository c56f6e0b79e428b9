package io.drover.apiserver.cel;

import java.util.List;

/** What a call of a function costs, beyond what its arguments cost. */
public interface CostRule {

    /** Walking over a character or byte. */
    double CHARACTER = 0.1;

    /** A character of a regular expression, for each that is searched. */
    double PATTERN = 0.25;

    /** An argument as it is known before it is evaluated. */
    interface Operand {
        Type type();

        Range size();

        /** Of a list; of unknown size if it isn't one. */
        Operand element();
    }

    /** @param resultSize null = nothing is known */
    record Estimate(Range cost, Range resultSize) {
        static Estimate of(Range cost) {
            return new Estimate(cost, null);
        }
    }

    CostRule ONE = of(1);

    CostRule NOTHING = of(0);

    long actual(Object[] arguments, Object result);

    Estimate estimate(List<Operand> arguments);

    static CostRule of(long cost) {
        return new CostRule() {
            @Override
            public long actual(Object[] arguments, Object result) {
                return cost;
            }

            @Override
            public Estimate estimate(List<Operand> arguments) {
                return Estimate.of(Range.exactly(cost));
            }
        };
    }

    /** Walks over all of one argument; what comes of it is no larger. */
    static CostRule walk(int argument, double factor) {
        return new CostRule() {
            @Override
            public long actual(Object[] arguments, Object result) {
                return Range.scaled(Values.size(arguments[argument]), factor);
            }

            @Override
            public Estimate estimate(List<Operand> arguments) {
                Range size = arguments.get(argument).size();
                return new Estimate(size.times(factor), new Range(0, size.max()));
            }
        };
    }

    /** Walks over both arguments and makes one of them. */
    static CostRule join(boolean walks) {
        return new CostRule() {
            @Override
            public long actual(Object[] arguments, Object result) {
                return walks ? Range.scaled(Values.size(arguments[0]) + Values.size(arguments[1]), CHARACTER) : 1;
            }

            @Override
            public Estimate estimate(List<Operand> arguments) {
                Range size = arguments.get(0).size().plus(arguments.get(1).size());
                return new Estimate(walks ? size.times(CHARACTER) : Range.ONE, size);
            }
        };
    }

    /** Walks over two arguments at once, to the end of the shorter. */
    CostRule COMPARISON = new CostRule() {
        @Override
        public long actual(Object[] arguments, Object result) {
            return Range.scaled(Math.min(Values.size(arguments[0]), Values.size(arguments[1])), CHARACTER);
        }

        @Override
        public Estimate estimate(List<Operand> arguments) {
            long max = Math.min(
                    arguments.get(0).size().max(), arguments.get(1).size().max());
            return Estimate.of(new Range(max > 0 ? 1 : 0, max).times(CHARACTER));
        }
    };

    /** Looks for one text in another, at each place. */
    CostRule SEARCH = new CostRule() {
        @Override
        public long actual(Object[] arguments, Object result) {
            return Range.product(
                    Range.scaled(Values.size(arguments[0]), CHARACTER),
                    Range.scaled(Values.size(arguments[1]), CHARACTER));
        }

        @Override
        public Estimate estimate(List<Operand> arguments) {
            Range text = arguments.get(0).size().times(CHARACTER);
            return Estimate.of(text.times(arguments.get(1).size().times(CHARACTER)));
        }
    };

    /** Tries a regular expression at each place. */
    CostRule MATCH = new CostRule() {
        @Override
        public long actual(Object[] arguments, Object result) {
            return Range.product(
                    Range.scaled(1 + Values.size(arguments[0]), CHARACTER),
                    Range.scaled(Values.size(arguments[1]), PATTERN));
        }

        @Override
        public Estimate estimate(List<Operand> arguments) {
            Range text = arguments.get(0).size().plus(Range.ONE).times(CHARACTER);
            Range cost = text.times(arguments.get(1).size().times(PATTERN));
            return new Estimate(cost, new Range(0, arguments.get(0).size().max()));
        }
    };

    /** Looks at each item of a list, and at each character of the items. */
    static CostRule items(int argument) {
        return new CostRule() {
            @Override
            public long actual(Object[] arguments, Object result) {
                if (!(arguments[argument] instanceof List<?> list)) {
                    return Range.scaled(Values.size(arguments[argument]), CHARACTER);
                }
                long cost = 0;
                for (Object item : list) {
                    boolean text = item instanceof String || item instanceof Values.Bytes;
                    cost += 1 + (text ? Range.scaled(Values.size(item), CHARACTER) : 0);
                }
                return cost;
            }

            @Override
            public Estimate estimate(List<Operand> arguments) {
                Operand list = arguments.get(argument);
                if (list.type().isText()) {
                    return Estimate.of(list.size().times(CHARACTER));
                }
                Operand element = list.element();
                Range each =
                        element.type().isText() ? Range.ONE.plus(element.size().times(CHARACTER)) : Range.ONE;
                return Estimate.of(list.size().times(each));
            }
        };
    }

    /** One for each item. */
    static CostRule each(int argument) {
        return new CostRule() {
            @Override
            public long actual(Object[] arguments, Object result) {
                return Values.size(arguments[argument]);
            }

            @Override
            public Estimate estimate(List<Operand> arguments) {
                return Estimate.of(arguments.get(argument).size());
            }
        };
    }
}
