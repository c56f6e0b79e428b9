package io.drover.rest;

import io.drover.api.model.Setting;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Watched;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The installation's settings as they hold now: by environment, else as set, else by default. */
final class Settings {

    private final Watched<Setting> settings;
    private final UnaryOperator<String> environment;

    /** @param environment value of an environment variable, null if it is not set */
    Settings(ManagementPlane plane, UnaryOperator<String> environment) {
        this.settings = plane.watched(Setting.class);
        this.environment = environment;
    }

    /** Empty for a setting that is not there. */
    String of(String name) {
        return byEnvironment(name)
                .or(() -> settings.get(name).map(setting -> setting.value().effective()))
                .orElse("");
    }

    Optional<String> byEnvironment(String name) {
        String variable = "CATTLE_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
        return Optional.ofNullable(environment.apply(variable));
    }

    Duration minutes(String name, long byDefault) {
        try {
            return Duration.ofMinutes(Long.parseLong(of(name)));
        } catch (NumberFormatException unset) {
            return Duration.ofMinutes(byDefault);
        }
    }

    /** Where clients and agents find us: what an administrator set, else where this caller found us. */
    URI serverUrl(Call call) {
        String set = of("server-url");
        return set.isEmpty() ? call.urls().baseUri() : URI.create(set.replaceAll("/+$", ""));
    }

    /** PEM that ends in a newline; empty when a public authority issued our certificate. */
    String caCertificates() {
        String pem = of("cacerts");
        return pem.isEmpty() || pem.endsWith("\n") ? pem : pem + "\n";
    }

    /** What agents verify {@link #caCertificates} by: SHA-256 in lower-case hexadecimal; empty without certificates. */
    String caChecksum() {
        String pem = caCertificates();
        return pem.isEmpty() ? "" : HexFormat.of().formatHex(sha256(pem));
    }

    /** The agent's image with the registry that clusters pull from. */
    String agentImage() {
        String registry = of("system-default-registry");
        return registry.isEmpty() ? of("agent-image") : registry + "/" + of("agent-image");
    }

    static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
