package io.drover.apiserver.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.OffsetDateTime;

/** Ages as kubectl prints them: two units at most, the smaller one only while it matters. */
public final class Ages {

    private Ages() {}

    static JsonNode sinceCreation(JsonNode object) {
        return since(object.at("/metadata/creationTimestamp"));
    }

    /** How long ago that moment was. */
    public static JsonNode since(JsonNode moment) {
        if (!moment.isTextual() || moment.textValue().isEmpty()) {
            return TextNode.valueOf("<unknown>");
        }
        try {
            return TextNode.valueOf(
                    shortly(Duration.between(OffsetDateTime.parse(moment.textValue()), OffsetDateTime.now())));
        } catch (DateTimeException e) {
            return TextNode.valueOf("<invalid>");
        }
    }

    static String shortly(Duration age) {
        long seconds = age.toSeconds();
        if (seconds < -1) {
            return "<invalid>";
        }
        if (seconds < 120) {
            return Math.max(seconds, 0) + "s";
        }
        long minutes = age.toMinutes();
        if (minutes < 10) {
            return both(minutes, "m", seconds % 60, "s");
        }
        if (minutes < 180) {
            return minutes + "m";
        }
        long hours = age.toHours();
        if (hours < 8) {
            return both(hours, "h", minutes % 60, "m");
        }
        if (hours < 48) {
            return hours + "h";
        }
        long days = age.toDays();
        if (days < 8) {
            return both(days, "d", hours % 24, "h");
        }
        if (days < 365 * 2) {
            return days + "d";
        }
        return days < 365 * 8 ? both(days / 365, "y", days % 365, "d") : days / 365 + "y";
    }

    private static String both(long large, String largeUnit, long small, String smallUnit) {
        return small == 0 ? large + largeUnit : large + largeUnit + small + smallUnit;
    }
}
