package io.drover.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.DroverException;
import java.util.Optional;

/** A setting is shown with the value that holds and where that comes from; some can't be changed. */
final class SettingHooks extends TypeHooks {

    private static final int CRON_FIELDS = 5;

    private final Settings settings;

    SettingHooks(Settings settings) {
        this.settings = settings;
    }

    @Override
    boolean offers(String link, ObjectNode stored) {
        return !link.equals("update") || whyFixed(stored).isEmpty();
    }

    @Override
    void checkChangeable(Call call, ObjectNode stored) {
        whyFixed(stored).ifPresent(why -> {
            throw Refusal.methodNotAllowed(name(stored) + " is readOnly because " + why);
        });
    }

    @Override
    void checkUpdate(Call call, ObjectNode resource, ObjectNode stored) {
        if (!resource.path("value").isTextual()) {
            throw DroverException.invalid("MissingRequired", "value", "");
        }
        String value = resource.path("value").asText();
        switch (name(stored)) {
            case "server-url" -> checkUrl(value);
            case "auth-user-info-resync-cron" -> checkSchedule(value);
            default -> {
                // anything goes
            }
        }
    }

    private static void checkUrl(String url) {
        if (!url.isEmpty() && !url.matches("https?://[A-Za-z0-9.:\\[\\]_-]+(/[A-Za-z0-9._~/-]*)?")) {
            throw DroverException.invalid("InvalidFormat", "value", "server-url must be an http or https URL");
        }
    }

    private static void checkSchedule(String schedule) {
        int found = schedule.strip().split("\\s+").length;
        boolean readable = schedule.matches("[0-9*,/\\s-]*");
        if (!schedule.isEmpty() && (found != CRON_FIELDS || !readable)) {
            String shown = schedule.length() > 100 ? schedule.substring(0, 100) : schedule;
            throw Refusal.invalidBody("Error parsing auth refresh cron: "
                    + (found == CRON_FIELDS ? "" : "Expected exactly 5 fields, found " + found + ": ") + shown);
        }
    }

    @Override
    void show(Call call, ObjectNode stored, ObjectNode resource) {
        String byDefault = stored.path("default").asText("");
        String value = stored.path("value").asText("");
        Optional<String> fixed = settings.byEnvironment(name(stored));
        resource.put("value", fixed.orElse(value.isEmpty() ? byDefault : value));
        resource.put("default", byDefault);
        resource.put("source", fixed.isPresent() ? "env" : value.isEmpty() ? "default" : "db");
        resource.put("customized", fixed.isEmpty() && !value.isEmpty());
    }

    private Optional<String> whyFixed(ObjectNode stored) {
        if (settings.byEnvironment(name(stored)).isPresent()) {
            return Optional.of("its value is from environment variable");
        }
        return name(stored).equals("cacerts") ? Optional.of("it follows the server's certificate") : Optional.empty();
    }

    private static String name(JsonNode stored) {
        return stored.path("metadata").path("name").asText();
    }
}
