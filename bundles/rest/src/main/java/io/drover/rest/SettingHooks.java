package io.drover.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.DroverException;
import java.util.Optional;

/** A setting is shown with the value that holds and where that comes from; some can't be changed. */
final class SettingHooks extends TypeHooks {

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
        if (name(stored).equals("server-url")) {
            checkUrl(resource.path("value").asText());
        }
    }

    private static void checkUrl(String url) {
        if (!url.isEmpty() && !url.matches("https?://[A-Za-z0-9.:\\[\\]_-]+(/[A-Za-z0-9._~/-]*)?")) {
            throw DroverException.invalid("InvalidFormat", "value", "server-url must be an http or https URL");
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
