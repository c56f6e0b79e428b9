package io.drover.rest;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** How often something may be done under a key: some times at once, then once an interval. Of more keys than that the oldest is forgotten. */
final class Pace {

    private static final int MOST_KEYS = 10_000;

    private final Clock clock;
    private final Duration interval;
    private final Duration ahead;
    private final Map<String, Instant> freeFrom = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
            return size() > MOST_KEYS;
        }
    };

    /** @param atOnce so many without an interval between them */
    Pace(Clock clock, int atOnce, Duration interval) {
        this.clock = clock;
        this.interval = interval;
        this.ahead = interval.multipliedBy(atOnce - 1L);
    }

    synchronized boolean admits(String key) {
        Instant now = clock.instant();
        Instant free = freeFrom.getOrDefault(key, now);
        if (free.isAfter(now.plus(ahead))) {
            return false;
        }
        freeFrom.put(key, (free.isAfter(now) ? free : now).plus(interval));
        return true;
    }
}
