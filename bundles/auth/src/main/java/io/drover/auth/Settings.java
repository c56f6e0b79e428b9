package io.drover.auth;

import io.drover.api.model.Setting;
import io.drover.api.plane.Watched;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;

/** The settings that rule tokens and passwords, with what holds when they are absent or no numbers. */
final class Settings {

    private final Watched<Setting> settings;

    Settings(Watched<Setting> settings) {
        this.settings = settings;
    }

    Duration sessionLife() {
        return minutes("auth-user-session-ttl-minutes", 960);
    }

    /** Of a kubeconfig token that was got by signing in. */
    Duration signedInKubeconfigLife() {
        return minutes("kubeconfig-token-ttl-minutes", 960);
    }

    /** Of a kubeconfig token that was made otherwise; zero = for ever. */
    Duration kubeconfigLife() {
        return minutes("kubeconfig-default-token-ttl-minutes", 0);
    }

    /** Of any token; zero = unlimited. */
    Duration longestLife() {
        return minutes("auth-token-max-ttl-minutes", 0);
    }

    /** After that, groups that a provider told of are asked for again. */
    Duration groupsGoodFor() {
        return Duration.ofSeconds(Math.max(60, number("auth-user-info-max-age-seconds", 3600)));
    }

    /** When all groups are asked for, as cron writes it; empty = never. */
    String groupRefreshSchedule() {
        return settings.get("auth-user-info-resync-cron")
                .map(setting -> setting.value().effective())
                .orElse("0 0 * * *");
    }

    /** How long a session lasts that nobody uses; zero = as long as any. */
    Duration idleSessionLife() {
        return minutes("auth-user-session-idle-ttl-minutes", 0);
    }

    /** Whether sessions of users who must change their password are good for nothing else. */
    boolean passwordChangeIsForced() {
        return text("password-change-forced").equals("true");
    }

    /** {@code all}, principals of groups, and {@code globalrole://} with the name of a global role. */
    Set<String> mfaRequiredFor() {
        String text = text("mfa-required-for");
        return text.isEmpty() ? Set.of() : Set.copyOf(Arrays.asList(text.split("\\s*,\\s*")));
    }

    /** Host and port; empty when it is not set. */
    String serverHost() {
        return text("server-url").replaceFirst("^[a-zA-Z]+://", "").replaceFirst("/.*$", "");
    }

    int shortestPassword() {
        return (int) Math.min(number("password-min-length", 12), Passwords.LONGEST);
    }

    private Duration minutes(String name, long otherwise) {
        return Duration.ofMinutes(Math.min(number(name, otherwise), Integer.MAX_VALUE));
    }

    private long number(String name, long otherwise) {
        try {
            long number = Long.parseLong(text(name));
            return number < 0 ? otherwise : number;
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    private String text(String name) {
        return settings.get(name)
                .map(setting -> setting.value().effective().strip())
                .orElse("");
    }
}
