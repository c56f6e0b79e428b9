package io.drover.apiserver.cel;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Points and spans of time, in the forms that Go's libraries read and write. */
final class Times {

    private static final Map<String, Long> NANOS = Map.of(
            "ns", 1L,
            "us", 1_000L,
            "µs", 1_000L,
            "μs", 1_000L,
            "ms", 1_000_000L,
            "s", 1_000_000_000L,
            "m", 60_000_000_000L,
            "h", 3_600_000_000_000L);
    private static final Pattern PART = Pattern.compile("(\\d{1,30}\\.?\\d{0,30}|\\.\\d{1,30})(ns|us|µs|μs|ms|s|m|h)");
    private static final Pattern OFFSET = Pattern.compile("([+-]?)(\\d\\d):(\\d\\d)");
    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");

    private Times() {}

    /** @throws IllegalArgumentException if it isn't one */
    static Duration duration(String text) {
        boolean negative = text.startsWith("-");
        String rest = negative || text.startsWith("+") ? text.substring(1) : text;
        if (rest.equals("0")) {
            return Duration.ZERO;
        }
        BigDecimal nanos = BigDecimal.ZERO;
        Matcher part = PART.matcher(rest);
        int end = 0;
        while (end < rest.length() && part.find(end) && part.start() == end) {
            nanos = nanos.add(new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(NANOS.get(part.group(2)))));
            end = part.end();
        }
        if (rest.isEmpty() || end < rest.length() || nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw new IllegalArgumentException("time: invalid duration \"" + text + "\"");
        }
        long exact = nanos.setScale(0, RoundingMode.DOWN).longValueExact();
        return Duration.ofNanos(negative ? -exact : exact);
    }

    /** Seconds with a fraction, as in {@code 1.5s}. */
    static String text(Duration duration) {
        return BigDecimal.valueOf(duration.getSeconds())
                        .add(BigDecimal.valueOf(duration.getNano(), 9))
                        .stripTrailingZeros()
                        .toPlainString()
                + "s";
    }

    /** @throws IllegalArgumentException if it isn't one */
    static Instant timestamp(String text) {
        try {
            return within(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("parsing time \"" + text + "\" as a timestamp");
        }
    }

    static Instant within(Instant instant) {
        if (instant.isBefore(FIRST) || instant.isAfter(LAST)) {
            throw new CelFailure("timestamp overflow");
        }
        return instant;
    }

    /** At a place, by the name of its zone or its offset. */
    static ZonedDateTime at(Instant instant, String zone) {
        try {
            Matcher offset = OFFSET.matcher(zone);
            if (offset.matches()) {
                int minutes = Integer.parseInt(offset.group(2)) * 60 + Integer.parseInt(offset.group(3));
                int sign = offset.group(1).equals("-") ? -1 : 1;
                return instant.atZone(ZoneOffset.ofTotalSeconds(sign * minutes * 60));
            }
            return instant.atZone(ZoneId.of(zone.isEmpty() ? "UTC" : zone));
        } catch (DateTimeException e) {
            throw new CelFailure("unknown time zone " + zone);
        }
    }
}
