package io.drover.apiserver.cel;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.function.LongBinaryOperator;

/** Arithmetic that refuses to overflow, and conversions. */
final class Numbers {

    private static final double TWO_63 = 0x1p63;
    private static final double TWO_64 = 0x1p64;

    private Numbers() {}

    static long exact(LongBinaryOperator operation, long a, long b) {
        try {
            return operation.applyAsLong(a, b);
        } catch (ArithmeticException e) {
            throw new CelFailure("integer overflow");
        }
    }

    static long divide(long a, long b) {
        if (b == 0) {
            throw new CelFailure("division by zero");
        }
        if (a == Long.MIN_VALUE && b == -1) {
            throw new CelFailure("integer overflow");
        }
        return a / b;
    }

    static long modulo(long a, long b) {
        if (b == 0) {
            throw new CelFailure("modulus by zero");
        }
        if (a == Long.MIN_VALUE && b == -1) {
            throw new CelFailure("integer overflow");
        }
        return a % b;
    }

    static Values.UInt addUnsigned(long a, long b) {
        if (Long.compareUnsigned(a + b, a) < 0) {
            throw new CelFailure("unsigned integer overflow");
        }
        return new Values.UInt(a + b);
    }

    static Values.UInt subtractUnsigned(long a, long b) {
        if (Long.compareUnsigned(a, b) < 0) {
            throw new CelFailure("unsigned integer overflow");
        }
        return new Values.UInt(a - b);
    }

    static Values.UInt multiplyUnsigned(long a, long b) {
        long high = Math.multiplyHigh(a, b) + ((a >> 63) & b) + ((b >> 63) & a);
        if (high != 0) {
            throw new CelFailure("unsigned integer overflow");
        }
        return new Values.UInt(a * b);
    }

    static Values.UInt divideUnsigned(long a, long b) {
        if (b == 0) {
            throw new CelFailure("division by zero");
        }
        return new Values.UInt(Long.divideUnsigned(a, b));
    }

    static Values.UInt moduloUnsigned(long a, long b) {
        if (b == 0) {
            throw new CelFailure("modulus by zero");
        }
        return new Values.UInt(Long.remainderUnsigned(a, b));
    }

    static long whole(double number) {
        if (Double.isNaN(number) || number >= TWO_63 || number <= -TWO_63) {
            throw new CelFailure("integer overflow");
        }
        return (long) number;
    }

    static Values.UInt unsigned(double number) {
        if (Double.isNaN(number) || number < 0 || number >= TWO_64) {
            throw new CelFailure("unsigned integer overflow");
        }
        return new Values.UInt(BigDecimal.valueOf(number).toBigInteger().longValue());
    }

    static double decimal(Values.UInt number) {
        return Double.parseDouble(number.toString());
    }

    /** The shortest text that reads back as the same number, with an exponent for the very small and large. */
    static String text(double number) {
        if (Double.isNaN(number)) {
            return "NaN";
        }
        if (Double.isInfinite(number)) {
            return number > 0 ? "+Inf" : "-Inf";
        }
        if (number == 0) {
            return 1 / number < 0 ? "-0" : "0";
        }
        BigDecimal exact = new BigDecimal(Double.toString(number)).stripTrailingZeros();
        int exponent = exact.precision() - exact.scale() - 1;
        if (exponent >= -4 && exponent < 21) {
            return exact.toPlainString();
        }
        String mantissa = exact.scaleByPowerOfTen(-exponent).toPlainString();
        return mantissa + "e" + (exponent < 0 ? "-" : "+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
    }

    static String utf8(ByteBuffer bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new CelFailure("invalid UTF-8 in bytes, cannot convert to string");
        }
    }
}
