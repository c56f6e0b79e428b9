package io.drover.shell;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Values as people read them. */
public final class Text {

    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};

    private Text() {}

    /** A value for a cell: never null, and without characters that a terminal would obey. */
    public static String cell(Object value) {
        if (value == null) {
            return "";
        }
        StringBuilder plain = new StringBuilder();
        value.toString().codePoints().forEach(c -> plain.appendCodePoint(Character.isISOControl(c) ? ' ' : c));
        return plain.toString();
    }

    /** How long ago, in the largest unit that fits: {@code 3d}, {@code 5h}, {@code 12m}, {@code 40s}. */
    public static String age(Instant then, Instant now) {
        long seconds = Math.max(0, Duration.between(then, now).toSeconds());
        if (seconds >= 2 * 86_400) {
            return seconds / 86_400 + "d";
        }
        if (seconds >= 2 * 3_600) {
            return seconds / 3_600 + "h";
        }
        return seconds >= 120 ? seconds / 60 + "m" : seconds + "s";
    }

    /** The same of an RFC 3339 time; empty for none. */
    public static String age(String then, Instant now) {
        try {
            return then == null || then.isEmpty() ? "" : age(Instant.parse(then), now);
        } catch (DateTimeException e) {
            return cell(then);
        }
    }

    public static String bytes(long count) {
        double value = count;
        int unit = 0;
        while (value >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return unit == 0 ? count + " B" : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
    }
}
