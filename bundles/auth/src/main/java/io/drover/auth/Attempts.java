package io.drover.auth;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Failed attempts, counted by some key. The first few cost nothing; after that each failure closes the key for twice as long as the one
 * before. Bounded: of more keys than that the longest unused is forgotten.
 */
final class Attempts {

    private static final int MAX_KEYS = 10_000;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    private final Clock clock;
    private final int free;
    private final Duration longestPause;
    private final Duration forgottenAfter;
    private final Map<String, Failures> failures = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
            return size() > MAX_KEYS;
        }
    };

    private record Failures(int count, Instant last, Instant openAgain) {}

    /**
     * @param free failures without a pause
     * @param forgottenAfter so long after the last
     */
    Attempts(Clock clock, int free, Duration longestPause, Duration forgottenAfter) {
        this.forgottenAfter = forgottenAfter;
        this.clock = clock;
        this.free = free;
        this.longestPause = longestPause;
    }

    synchronized boolean isOpen(String key) {
        Failures known = failures.get(key);
        return known == null || !clock.instant().isBefore(known.openAgain());
    }

    synchronized void failed(String key) {
        Instant now = clock.instant();
        Failures known = failures.get(key);
        boolean forgotten = known == null || known.last().plus(forgottenAfter).isBefore(now);
        int count = forgotten ? 1 : known.count() + 1;
        failures.put(key, new Failures(count, now, now.plus(pauseAfter(count))));
    }

    synchronized void succeeded(String key) {
        failures.remove(key);
    }

    private Duration pauseAfter(int count) {
        if (count < free) {
            return Duration.ZERO;
        }
        int doublings = Math.min(count - free, 20);
        Duration pause = FIRST_PAUSE.multipliedBy(1L << doublings);
        return pause.compareTo(longestPause) < 0 ? pause : longestPause;
    }
}
