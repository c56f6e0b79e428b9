package io.drover.apiserver;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import io.drover.api.DroverException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;

/** When backups are made. */
interface BackupTimes {

    /** When the next one is due after one of that time. */
    Instant after(Instant last);

    static BackupTimes every(Duration interval) {
        return last -> last.plus(interval);
    }

    /**
     * The times of a line of crontab: {@code minute hour day-of-month month day-of-week}.
     *
     * @param zone whose clock they are read from
     * @throws DroverException {@code REJECTED} with one sentence if it is none, or one of times that never come
     */
    static BackupTimes cron(String expression, ZoneId zone) {
        ExecutionTime times;
        try {
            CronParser parser = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
            times = ExecutionTime.forCron(parser.parse(expression).validate());
        } catch (IllegalArgumentException e) {
            throw refused(expression, e.getMessage());
        }
        if (next(times, Instant.EPOCH.atZone(zone)).isEmpty()) {
            throw refused(expression, "its time never comes");
        }
        return last -> next(times, last.atZone(zone)).orElse(Instant.MAX);
    }

    private static Optional<Instant> next(ExecutionTime times, ZonedDateTime last) {
        return times.nextExecution(last).map(ZonedDateTime::toInstant);
    }

    private static DroverException refused(String expression, String reason) {
        return DroverException.rejected("\"" + expression
                + "\" is not a time as in crontab, \"minute hour day-of-month month day-of-week\", such as \"30 3 * * *\" for half"
                + " past three every night: " + reason);
    }
}
