package io.drover.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.plane.PlaneStorage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackupScheduleTest {

    private static final Duration EVERY = Duration.ofHours(6);

    @TempDir
    Path data;

    private final HandClock clock = new HandClock(Instant.parse("2026-03-01T00:00:00Z"));
    private final FilesStorage storage = new FilesStorage();

    private BackupSchedule schedule(int keep) {
        return schedule(BackupTimes.every(EVERY), keep);
    }

    private BackupSchedule schedule(BackupTimes times, int keep) {
        return new BackupSchedule(storage, new BackupSchedule.Plan(folder(), times, keep), clock);
    }

    private Path folder() {
        return data.resolve("made/when/needed");
    }

    private List<String> present() throws IOException {
        try (Stream<Path> files = Files.list(folder())) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void oneIsMadeAtOnceAndThenWheneverTheNewestIsOldEnough() throws Exception {
        try (BackupSchedule schedule = schedule(10)) {
            schedule.look();
            assertThat(present()).containsExactly("drover-20260301T000000Z.backup");

            clock.turn(EVERY.minusSeconds(1));
            schedule.look();
            assertThat(present()).hasSize(1);

            clock.turn(Duration.ofSeconds(1));
            schedule.look();
            schedule.look();
            assertThat(present()).containsExactly("drover-20260301T000000Z.backup", "drover-20260301T060000Z.backup");
        }
    }

    @Test
    void aRestartDoesNotMakeOneThatIsNotDue() throws Exception {
        try (BackupSchedule before = schedule(10)) {
            before.look();
        }
        clock.turn(Duration.ofHours(5));
        try (BackupSchedule after = schedule(10)) {
            after.look();
            assertThat(present()).hasSize(1);
            clock.turn(Duration.ofHours(1));
            after.look();
            assertThat(present()).hasSize(2);
        }
    }

    @Test
    void theOldestGoWhenThereAreMoreThanAreKeptAndOtherFilesStay() throws Exception {
        Files.createDirectories(folder());
        Files.writeString(folder().resolve("drover-by-hand.backup"), "mine");
        try (BackupSchedule schedule = schedule(2)) {
            for (int i = 0; i < 4; i++) {
                schedule.look();
                clock.turn(EVERY);
            }
        }

        assertThat(present())
                .containsExactly(
                        "drover-20260301T120000Z.backup", "drover-20260301T180000Z.backup", "drover-by-hand.backup");
    }

    @Test
    void oneThatFailsIsTriedAgainAtTheNextLookAndCostsNoOldOne() throws Exception {
        try (BackupSchedule schedule = schedule(1)) {
            schedule.look();
            clock.turn(EVERY);
            storage.failing = true;
            schedule.look();
            assertThat(present()).containsExactly("drover-20260301T000000Z.backup");

            storage.failing = false;
            clock.turn(Duration.ofMinutes(1));
            schedule.look();
            assertThat(present()).containsExactly("drover-20260301T060100Z.backup");
        }
    }

    @Test
    void timesMayBeGivenAsInCrontabAndAMissedOneIsMadeUpFor() throws Exception {
        BackupTimes nightly = BackupTimes.cron("30 3 * * *", ZoneOffset.UTC);
        try (BackupSchedule schedule = schedule(nightly, 10)) {
            schedule.look();
            clock.turn(Duration.ofMinutes(3 * 60 + 29));
            schedule.look();
            assertThat(present()).hasSize(1);

            clock.turn(Duration.ofMinutes(1));
            schedule.look();
            schedule.look();
            assertThat(present()).containsExactly("drover-20260301T000000Z.backup", "drover-20260301T033000Z.backup");
        }
        clock.turn(Duration.ofHours(30));
        try (BackupSchedule afterTwoNightsWithoutAServer = schedule(nightly, 10)) {
            afterTwoNightsWithoutAServer.look();
            afterTwoNightsWithoutAServer.look();
            assertThat(present()).hasSize(3);
        }
    }

    @Test
    void aTimeOfDayIsThatOfTheZoneAlsoWhenClocksAreTurned() {
        BackupTimes nightly = BackupTimes.cron("30 3 * * *", ZoneId.of("Europe/Berlin"));

        assertThat(nightly.after(Instant.parse("2026-03-28T12:00:00Z")))
                .isEqualTo(Instant.parse("2026-03-29T01:30:00Z"));
        assertThat(nightly.after(Instant.parse("2026-03-27T12:00:00Z")))
                .isEqualTo(Instant.parse("2026-03-28T02:30:00Z"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tonight",
                "30 3 * *",
                "61 3 * * *",
                "30 3 31 2 *",
                "0 30 3 * * ?",
                "30 25 * * *",
                "* * * * 9",
                "*/0 * * * *"
            })
    void whatIsNoTimeIsRefusedWithTheExpressionAndAnExample(String expression) {
        assertThatThrownBy(() -> BackupTimes.cron(expression, ZoneOffset.UTC))
                .isInstanceOf(DroverException.class)
                .hasMessageStartingWith("\"" + expression + "\" is not a time as in crontab")
                .hasMessageContaining("\"30 3 * * *\"")
                .extracting(e -> ((DroverException) e).fault())
                .isEqualTo(Fault.REJECTED);
    }

    /** Time that the test turns. */
    private static final class HandClock extends Clock {
        private Instant now;

        HandClock(Instant now) {
            this.now = now;
        }

        void turn(Duration by) {
            now = now.plus(by);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    /** Makes files as backups are made: there when they are whole, or not at all. */
    private static final class FilesStorage implements PlaneStorage {
        private boolean failing;

        @Override
        public Backup backUp(Path file, char[] passphrase, Progress progress) {
            if (failing) {
                throw DroverException.unavailable("no room for a backup");
            }
            try {
                Files.writeString(file, new String(passphrase));
                return new Backup(1, Instant.EPOCH, 1);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public Backup restore(Path file, char[] passphrase, Path serverFolder, Progress progress) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void rotateKey(Progress progress) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void rotateTokenKey() {
            throw new UnsupportedOperationException();
        }

        @Override
        public char[] configuredPassphrase() {
            return "passphrase".toCharArray();
        }
    }
}
