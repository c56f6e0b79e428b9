package io.drover.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {

    /** A Thursday. */
    private static final ZonedDateTime NEW_YEAR = ZonedDateTime.of(2026, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 0 * * *|true",
                "* * * * *|true",
                "0-10/5 0 1 1 *|true",
                "0 0 * * 4|true",
                "0 0 1 * 7|true",
                "0 0 2 * 4|true",
                "30 0 * * *|false",
                "0 0 2 * *|false",
                "0 0 * * 0|false",
                "0 0 * 2-12 *|false",
                "0 1,2 * * *|false"
            })
    void knowsWhetherAMinuteIsMeant(String text, boolean due) {
        Schedule schedule = Schedule.parse(text).orElseThrow();

        assertThat(schedule.isDueBetween(NEW_YEAR.minusMinutes(1), NEW_YEAR)).isEqualTo(due);
    }

    @Test
    void missesNoTimeThatWasSleptThrough() {
        Schedule noon = Schedule.parse("0 12 * * *").orElseThrow();

        assertThat(noon.isDueBetween(NEW_YEAR, NEW_YEAR.plusHours(20))).isTrue();
        assertThat(noon.isDueBetween(NEW_YEAR.plusHours(12), NEW_YEAR.plusHours(20)))
                .as("after that time")
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "* * * *",
                "60 * * * *",
                "* * 0 * *",
                "5-1 * * * *",
                "*/0 * * * *",
                "a * * * *",
                "1,,2 * * * *"
            })
    void takesNothingThatIsNoSchedule(String text) {
        assertThat(Schedule.parse(text)).isEmpty();
    }
}
