package io.drover.apiserver.cel;

/** At least and at most: how large something is or what it costs. Sums and products stop at the largest number. */
public record Range(long min, long max) {

    static final Range ZERO = new Range(0, 0);
    static final Range ONE = new Range(1, 1);
    static final Range UNKNOWN = new Range(0, Type.UNBOUNDED);

    static Range exactly(long number) {
        return new Range(number, number);
    }

    public Range plus(Range other) {
        return new Range(sum(min, other.min), sum(max, other.max));
    }

    public Range times(Range other) {
        return new Range(product(min, other.min), product(max, other.max));
    }

    /** Rounded up. */
    public Range times(double factor) {
        return new Range(scaled(min, factor), scaled(max, factor));
    }

    public Range or(Range other) {
        return new Range(Math.min(min, other.min), Math.max(max, other.max));
    }

    static long sum(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }

    public static long product(long a, long b) {
        return a != 0 && b > Long.MAX_VALUE / a ? Long.MAX_VALUE : a * b;
    }

    static long scaled(long number, double factor) {
        return number == Long.MAX_VALUE ? number : (long) Math.ceil(number * factor);
    }
}
