package io.drover.apiserver;

import io.drover.api.DroverException;
import io.drover.api.plane.PlaneStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a backup when it is time after the newest one in the folder, and removes the oldest when there are more than enough. */
final class BackupSchedule implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(BackupSchedule.class);
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final Pattern NAME = Pattern.compile("drover-(\\d{8}T\\d{6}Z)\\.backup");
    private static final Duration LOOK_EVERY = Duration.ofMinutes(1);

    private final PlaneStorage storage;
    private final Plan plan;
    private final Clock clock;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "drover-backup");
        thread.setDaemon(true);
        return thread;
    });

    /** When and where; how many stay. */
    record Plan(Path folder, BackupTimes times, int keep) {}

    BackupSchedule(PlaneStorage storage, Plan plan, Clock clock) {
        this.storage = storage;
        this.plan = plan;
        this.clock = clock;
    }

    void start() {
        timer.scheduleWithFixedDelay(this::look, 0, LOOK_EVERY.toSeconds(), TimeUnit.SECONDS);
    }

    /** Makes one if it is time. */
    void look() {
        try {
            Instant now = clock.instant();
            List<Path> present = present();
            boolean due = present.isEmpty()
                    || !plan.times()
                            .after(time(present.get(present.size() - 1)))
                            .isAfter(now);
            if (due) {
                Files.createDirectories(plan.folder());
                Path file = plan.folder().resolve("drover-" + STAMP.format(now) + ".backup");
                PlaneStorage.Backup made = storage.backUp(file, storage.configuredPassphrase(), (done, total) -> {});
                log.info("Backup made: file={} revision={}", file, made.revision());
                removeOldest();
            }
        } catch (DroverException | IOException e) {
            log.error("The scheduled backup was not made: {}", e.getMessage());
        } catch (RuntimeException e) {
            log.error("The scheduled backup was not made", e);
        }
    }

    /** The oldest first. */
    private List<Path> present() throws IOException {
        try (Stream<Path> files = Files.list(plan.folder())) {
            return files.filter(f -> NAME.matcher(f.getFileName().toString()).matches())
                    .sorted(Comparator.comparing(f -> f.getFileName().toString()))
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    private static Instant time(Path file) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        return name.matches() ? STAMP.parse(name.group(1), Instant::from) : Instant.EPOCH;
    }

    private void removeOldest() throws IOException {
        List<Path> present = present();
        for (Path file : present.subList(0, Math.max(0, present.size() - plan.keep()))) {
            Files.delete(file);
            log.info("Old backup removed: file={}", file);
        }
    }

    @Override
    public void close() {
        timer.shutdown();
        try {
            if (!timer.awaitTermination(10, TimeUnit.SECONDS)) {
                log.warn("A backup was still being made when the server stopped");
                timer.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
