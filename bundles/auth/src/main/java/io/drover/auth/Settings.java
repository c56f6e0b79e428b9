package io.drover.auth;

import io.drover.api.model.Setting;
import io.drover.api.plane.Watched;
import java.time.Duration;

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

    int shortestPassword() {
        return (int) Math.min(number("password-min-length", 12), Passwords.LONGEST);
    }

    private Duration minutes(String name, long otherwise) {
        return Duration.ofMinutes(Math.min(number(name, otherwise), Integer.MAX_VALUE));
    }

    private long number(String name, long otherwise) {
        String text =
                settings.get(name).map(setting -> setting.value().effective()).orElse("");
        try {
            long number = Long.parseLong(text.strip());
            return number < 0 ? otherwise : number;
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }
}
