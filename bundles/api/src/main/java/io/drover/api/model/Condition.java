package io.drover.api.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.drover.api.kind.Description;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One aspect of an object's state.
 *
 * @param status {@code True}, {@code False} or {@code Unknown}
 * @param reason one word; {@code Error} marks a failure
 * @param message a sentence for the object's owner
 * @param lastUpdateTime RFC 3339, UTC, seconds
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Condition(
        @Description("The aspect of the object that this is about.") String type,
        @Description("True, False or Unknown.") String status,
        @Description("One word on why; Error marks a failure.") String reason,
        @Description("What is the case, and what happens next.") String message,
        @Description("When something of it last changed.") String lastUpdateTime,
        @Description("When its status last changed.") String lastTransitionTime) {

    public static Condition yes(String type) {
        return new Condition(type, "True", "", "", null, null);
    }

    public static Condition no(String type, String reason, String message) {
        return new Condition(type, "False", reason, message, null, null);
    }

    public static Condition unknown(String type, String reason, String message) {
        return new Condition(type, "Unknown", reason, message, null, null);
    }

    public boolean isTrue() {
        return "True".equals(status);
    }

    public static Optional<Condition> find(List<Condition> conditions, String type) {
        return conditions.stream().filter(c -> c.type().equals(type)).findFirst();
    }

    /** The list with {@code changed} in the place of its type's; the very same list if it says the same already. */
    public static List<Condition> set(List<Condition> conditions, Condition changed) {
        Optional<Condition> found = find(conditions, changed.type());
        if (found.isPresent() && found.get().saysTheSameAs(changed)) {
            return conditions;
        }
        String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        boolean moved = found.isEmpty() || !found.get().status().equals(changed.status());
        Condition stamped = new Condition(
                changed.type(),
                changed.status(),
                changed.reason(),
                changed.message(),
                now,
                moved ? now : found.get().lastTransitionTime());
        List<Condition> result = new ArrayList<>(conditions);
        if (found.isPresent()) {
            result.set(result.indexOf(found.get()), stamped);
        } else {
            result.add(stamped);
        }
        return List.copyOf(result);
    }

    private boolean saysTheSameAs(Condition other) {
        return Objects.equals(status, other.status)
                && text(reason).equals(text(other.reason))
                && text(message).equals(text(other.message));
    }

    private static String text(String value) {
        return value == null ? "" : value;
    }
}
