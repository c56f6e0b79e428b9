package io.drover.apiserver.cel;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/** What {@code 'a text with %s'.format([...])} makes. */
final class TextFormat {

    private static final int DEFAULT_PRECISION = 6;
    private static final int MAX_PRECISION = 100;

    private TextFormat() {}

    static String format(String pattern, List<?> arguments) {
        StringBuilder result = new StringBuilder();
        int used = 0;
        int at = 0;
        while (at < pattern.length()) {
            char c = pattern.charAt(at++);
            if (c != '%') {
                result.append(c);
                continue;
            }
            if (at < pattern.length() && pattern.charAt(at) == '%') {
                result.append('%');
                at++;
                continue;
            }
            int precision = -1;
            if (at < pattern.length() && pattern.charAt(at) == '.') {
                int start = ++at;
                while (at < pattern.length() && Character.isDigit(pattern.charAt(at)) && at - start < 4) {
                    at++;
                }
                precision = start == at ? 0 : Integer.parseInt(pattern.substring(start, at));
            }
            if (at >= pattern.length()) {
                throw new CelFailure("unexpected end of string");
            }
            if (used >= arguments.size()) {
                throw new CelFailure("index " + used + " out of range");
            }
            result.append(one(pattern.charAt(at++), Math.min(precision, MAX_PRECISION), arguments.get(used++)));
        }
        return result.toString();
    }

    private static String one(char verb, int precision, Object value) {
        return switch (verb) {
            case 's' -> shown(value);
            case 'd' -> whole(value);
            case 'f' -> decimal(value, 'f')
                    .setScale(precision < 0 ? DEFAULT_PRECISION : precision, RoundingMode.HALF_EVEN)
                    .toPlainString();
            case 'e' -> scientific(decimal(value, 'e'), precision < 0 ? DEFAULT_PRECISION : precision);
            case 'b' -> binary(value);
            case 'x' -> hex(value);
            case 'X' -> hex(value).toUpperCase(Locale.ROOT);
            case 'o' -> value instanceof Long n
                    ? (n < 0 ? "-" : "") + Long.toOctalString(Math.abs(n))
                    : Long.toOctalString(unsigned(value, 'o'));
            default -> throw new CelFailure(
                    "could not parse formatting clause: unrecognized formatting clause \"" + verb + "\"");
        };
    }

    private static CelFailure wrong(char verb, Object value) {
        return new CelFailure("error during formatting: " + verb + " clause cannot be used on " + Values.text(value));
    }

    private static String whole(Object value) {
        if (value instanceof Long || value instanceof Values.UInt) {
            return value.toString();
        }
        throw wrong('d', value);
    }

    private static long unsigned(Object value, char verb) {
        if (value instanceof Values.UInt number) {
            return number.bits();
        }
        throw wrong(verb, value);
    }

    private static String binary(Object value) {
        if (value instanceof Boolean b) {
            return b ? "1" : "0";
        }
        return value instanceof Long n
                ? (n < 0 ? "-" : "") + Long.toBinaryString(Math.abs(n))
                : Long.toBinaryString(unsigned(value, 'b'));
    }

    private static String hex(Object value) {
        if (value instanceof String text) {
            return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
        }
        if (value instanceof Values.Bytes bytes) {
            return HexFormat.of().formatHex(bytes.content());
        }
        return value instanceof Long n
                ? (n < 0 ? "-" : "") + Long.toHexString(Math.abs(n))
                : Long.toHexString(unsigned(value, 'x'));
    }

    private static BigDecimal decimal(Object value, char verb) {
        if (!Values.isNumber(value) || (value instanceof Double d && !Double.isFinite(d))) {
            throw wrong(verb, value);
        }
        return new BigDecimal(value.toString());
    }

    private static String scientific(BigDecimal number, int precision) {
        BigDecimal rounded = number.round(new MathContext(precision + 1, RoundingMode.HALF_EVEN));
        int exponent = rounded.signum() == 0 ? 0 : rounded.precision() - rounded.scale() - 1;
        String mantissa = rounded.scaleByPowerOfTen(-exponent)
                .setScale(precision, RoundingMode.HALF_EVEN)
                .toPlainString();
        return mantissa + "e" + (exponent < 0 ? "-" : "+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
    }

    private static String shown(Object value) {
        if (value instanceof String text) {
            return text;
        }
        if (value instanceof List<?> list) {
            StringJoiner items = new StringJoiner(", ", "[", "]");
            list.forEach(item -> items.add(shown(item)));
            return items.toString();
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, String> sorted = new TreeMap<>();
            map.forEach((key, item) -> sorted.put(shown(key), shown(item)));
            StringJoiner entries = new StringJoiner(", ", "{", "}");
            sorted.forEach((key, item) -> entries.add(key + ": " + item));
            return entries.toString();
        }
        return Values.text(value);
    }
}
