package io.drover.audit;

import io.drover.api.DroverException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How much of a request is recorded; each level holds all of those before it. */
enum Level {
    NONE,
    /** Who, what, where, and what came of it; of changed fields their names. */
    METADATA,
    /** The request's body and changed fields' values. */
    REQUEST,
    /** The answer's body. */
    RESPONSE;

    static Level parse(String name) {
        return Arrays.stream(values())
                .filter(level -> level.toString().equals(name.strip().toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> DroverException.rejected("level is \"" + name + "\" and not one of "
                        + Arrays.stream(values()).map(Level::toString).collect(Collectors.joining(", "))));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
