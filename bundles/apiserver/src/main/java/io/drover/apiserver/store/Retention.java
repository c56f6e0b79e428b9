package io.drover.apiserver.store;

import java.time.Duration;

/**
 * How long replaced revisions are kept: until they are older than {@code age}, or more than {@code count} revisions came after them.
 */
public record Retention(Duration age, long count) {

    public static final long DEFAULT_COUNT = 1_000_000;

    public static Retention of(Duration age) {
        return new Retention(age, DEFAULT_COUNT);
    }
}
