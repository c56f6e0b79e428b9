package io.drover.auth;

import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/** Times as cron writes them: minute, hour, day of the month, month, day of the week; UTC. */
record Schedule(List<BitSet> fields, boolean anyDayOfMonth, boolean anyDayOfWeek) {

    private static final int[] FIRST = {0, 0, 1, 1, 0};
    private static final int[] LAST = {59, 23, 31, 12, 7};
    private static final int LONGEST_LOOK_BACK_MINUTES = 24 * 60;

    /** Empty for what is no schedule, also for the empty text, which turns it off. */
    static Optional<Schedule> parse(String text) {
        String[] parts = text.strip().split("\\s+");
        if (parts.length != FIRST.length) {
            return Optional.empty();
        }
        List<BitSet> fields = new ArrayList<>();
        for (int i = 0; i < parts.length; i++) {
            Optional<BitSet> field = field(parts[i], FIRST[i], LAST[i]);
            if (field.isEmpty()) {
                return Optional.empty();
            }
            fields.add(field.get());
        }
        if (fields.get(4).get(7)) {
            fields.get(4).set(0); // Sunday has two numbers
        }
        return Optional.of(new Schedule(fields, parts[2].startsWith("*"), parts[4].startsWith("*")));
    }

    private static Optional<BitSet> field(String text, int first, int last) {
        BitSet values = new BitSet();
        try {
            for (String part : text.split(",", -1)) {
                String[] stepped = part.split("/", 2);
                String[] range = stepped[0].split("-", 2);
                boolean any = stepped[0].equals("*");
                int from = any ? first : Integer.parseInt(range[0]);
                int to = any || range.length == 1 && stepped.length == 2
                        ? last
                        : Integer.parseInt(range[range.length - 1]);
                int step = stepped.length == 2 ? Integer.parseInt(stepped[1]) : 1;
                if (from < first || to > last || from > to || step < 1) {
                    return Optional.empty();
                }
                for (int value = from; value <= to; value += step) {
                    values.set(value);
                }
            }
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
        return Optional.of(values);
    }

    /** Whether a time of it lies after {@code from}, up to and with {@code to}; no further back than a day. */
    boolean isDueBetween(ZonedDateTime from, ZonedDateTime to) {
        ZonedDateTime time = to;
        for (int i = 0; i < LONGEST_LOOK_BACK_MINUTES && time.isAfter(from); i++) {
            if (isDue(time)) {
                return true;
            }
            time = time.minusMinutes(1);
        }
        return false;
    }

    private boolean isDue(ZonedDateTime time) {
        boolean dayOfMonth = fields.get(2).get(time.getDayOfMonth());
        boolean dayOfWeek = fields.get(4).get(time.getDayOfWeek().getValue() % 7);
        boolean day = anyDayOfMonth || anyDayOfWeek ? dayOfMonth && dayOfWeek : dayOfMonth || dayOfWeek;
        return fields.get(0).get(time.getMinute())
                && fields.get(1).get(time.getHour())
                && day
                && fields.get(3).get(time.getMonthValue());
    }
}
