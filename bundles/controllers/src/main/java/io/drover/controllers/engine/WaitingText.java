package io.drover.controllers.engine;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.control.Outcome.Waiting;
import io.drover.api.model.Condition;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How waiting and failing are said in a condition. The text stays the same for as long as the same is waited for, so that an object
 * that waits is not written again and again.
 */
final class WaitingText {

    private static final Pattern SINCE = Pattern.compile(", since (\\S+?)[,)]");

    private final Clock clock;

    WaitingText(Clock clock) {
        this.clock = clock;
    }

    /** @param known the condition as it is in the object; says since when, if it tells of the same waiting */
    Condition waiting(String type, Waiting waiting, Optional<Condition> known) {
        Optional<Condition> same = known.flatMap(condition -> since(condition.message()))
                .map(since -> said(type, waiting, since))
                .filter(again -> again.message().equals(known.get().message()));
        return same.orElseGet(() -> said(
                type,
                waiting,
                Instant.now(clock).truncatedTo(ChronoUnit.SECONDS).toString()));
    }

    Condition failure(String type, DroverException failure) {
        if (failure.fault() == Fault.REJECTED) {
            return Condition.no(type, "Error", failure.getMessage());
        }
        String message = failure.getMessage() + ". Tried again by itself, at least every "
                + DelayPolicy.LONGEST.toMinutes() + " minutes";
        return failure.fault() == Fault.INTERNAL
                ? Condition.no(type, "Error", message)
                : Condition.unknown(type, "Retrying", message);
    }

    private static Condition said(String type, Waiting waiting, String since) {
        return Condition.unknown(
                type,
                "Waiting",
                "%s. %s (up to: %s, since %s, %s)"
                        .formatted(
                                waiting.cause(),
                                waiting.nextAction(),
                                waiting.owner(),
                                since,
                                looks(waiting.lookAgainIn())));
    }

    private static String looks(Duration lookAgainIn) {
        return lookAgainIn.isZero()
                ? "looked at again on any change"
                : "looked at again every " + Math.max(1, lookAgainIn.toSeconds()) + " s";
    }

    private static Optional<String> since(String message) {
        if (message == null) {
            return Optional.empty();
        }
        Matcher matcher = SINCE.matcher(message);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }
}
