package io.drover.apiserver.cel;

import static io.drover.apiserver.cel.Overload.global;
import static io.drover.apiserver.cel.Overload.member;
import static io.drover.apiserver.cel.Type.BOOL;
import static io.drover.apiserver.cel.Type.DOUBLE;
import static io.drover.apiserver.cel.Type.INT;
import static io.drover.apiserver.cel.Type.STRING;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Amounts such as {@code 1.5Gi}. */
final class QuantityFunctions {

    private static final Type QUANTITY = Type.opaque("kubernetes.Quantity");
    private static final CostRule WALK = CostRule.walk(0, CostRule.CHARACTER);
    private static final Pattern FORM = Pattern.compile(
            "([+-]?(?:\\d{1,60}\\.?\\d{0,60}|\\.\\d{1,60}))(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\\d{1,3}))?");
    private static final Map<String, Integer> TENS =
            Map.of("n", -9, "u", -6, "m", -3, "k", 3, "M", 6, "G", 9, "T", 12, "P", 15, "E", 18);

    private record Quantity(BigDecimal number) implements Overload.OpaqueValue {
        @Override
        public Type type() {
            return QUANTITY;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Quantity quantity && number.compareTo(quantity.number) == 0;
        }

        @Override
        public int hashCode() {
            return number.stripTrailingZeros().hashCode();
        }

        boolean isWhole() {
            return number.stripTrailingZeros().scale() <= 0
                    && number.abs().compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0;
        }
    }

    private QuantityFunctions() {}

    static List<Overload> all() {
        return List.of(
                global("quantity", QUANTITY, a -> parse((String) a[0]), STRING).costing(WALK),
                global("isQuantity", BOOL, a -> FORM.matcher((String) a[0]).matches(), STRING)
                        .costing(WALK),
                member("sign", INT, a -> (long) number(a[0]).signum(), QUANTITY),
                member("isInteger", BOOL, a -> ((Quantity) a[0]).isWhole(), QUANTITY),
                member("asInteger", INT, a -> whole((Quantity) a[0]), QUANTITY),
                member("asApproximateFloat", DOUBLE, a -> number(a[0]).doubleValue(), QUANTITY),
                member("add", QUANTITY, a -> new Quantity(number(a[0]).add(number(a[1]))), QUANTITY, QUANTITY),
                member("add", QUANTITY, a -> new Quantity(number(a[0]).add(ofWhole(a[1]))), QUANTITY, INT),
                member("sub", QUANTITY, a -> new Quantity(number(a[0]).subtract(number(a[1]))), QUANTITY, QUANTITY),
                member("sub", QUANTITY, a -> new Quantity(number(a[0]).subtract(ofWhole(a[1]))), QUANTITY, INT),
                member("compareTo", INT, a -> (long) number(a[0]).compareTo(number(a[1])), QUANTITY, QUANTITY),
                member("isGreaterThan", BOOL, a -> number(a[0]).compareTo(number(a[1])) > 0, QUANTITY, QUANTITY),
                member("isLessThan", BOOL, a -> number(a[0]).compareTo(number(a[1])) < 0, QUANTITY, QUANTITY));
    }

    private static BigDecimal number(Object quantity) {
        return ((Quantity) quantity).number();
    }

    private static BigDecimal ofWhole(Object number) {
        return BigDecimal.valueOf((Long) number);
    }

    private static long whole(Quantity quantity) {
        if (!quantity.isWhole()) {
            throw new CelFailure("cannot convert value to integer");
        }
        return quantity.number().longValue();
    }

    private static Quantity parse(String text) {
        Matcher match = FORM.matcher(text);
        if (!match.matches()) {
            throw new CelFailure(
                    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
        }
        BigDecimal number = new BigDecimal(match.group(1));
        String suffix = match.group(2);
        if (match.group(3) != null) {
            return new Quantity(number.scaleByPowerOfTen(Integer.parseInt(match.group(3))));
        }
        if (suffix == null) {
            return new Quantity(number);
        }
        if (suffix.endsWith("i")) {
            int power = "KMGTPE".indexOf(suffix.charAt(0)) + 1;
            return new Quantity(number.multiply(BigDecimal.valueOf(1024).pow(power)));
        }
        return new Quantity(number.scaleByPowerOfTen(TENS.get(suffix)));
    }
}
