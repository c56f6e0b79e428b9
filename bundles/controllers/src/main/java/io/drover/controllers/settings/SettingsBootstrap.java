package io.drover.controllers.settings;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.model.Setting;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Objects;
import io.drover.api.plane.Resource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the settings that this version knows, and brings their defaults up to date; what somebody set stays. A value from the
 * environment, {@code CATTLE_} and the name in capitals, wins over both.
 */
@Component(service = SettingsBootstrap.class, immediate = true)
public final class SettingsBootstrap {

    private static final Logger log = LoggerFactory.getLogger(SettingsBootstrap.class);

    private final Objects<Setting> settings;
    private final UnaryOperator<String> environment;
    private final Map<String, String> defaults;

    @Activate
    public SettingsBootstrap(@Reference ManagementPlane plane) {
        this(plane, System::getenv);
        Thread thread = new Thread(this::run, "drover-settings");
        thread.setDaemon(true);
        thread.start();
    }

    /** @param environment value of a variable, or null */
    SettingsBootstrap(ManagementPlane plane, UnaryOperator<String> environment) {
        this.settings = plane.objects(Setting.class);
        this.environment = environment;
        this.defaults = defaults();
    }

    private static Map<String, String> defaults() {
        Map<String, String> defaults = new LinkedHashMap<>();
        try (var lines = new BufferedReader(
                new InputStreamReader(SettingsBootstrap.class.getResourceAsStream("/settings.tsv"), UTF_8))) {
            lines.lines().filter(line -> !line.isEmpty()).forEach(line -> {
                String[] columns = line.split("\t", 2);
                defaults.put(columns[0], columns.length == 1 ? "" : columns[1]);
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return defaults;
    }

    void run() {
        int written = 0;
        for (Map.Entry<String, String> setting : defaults.entrySet()) {
            try {
                written += ensure(setting.getKey(), setting.getValue()) ? 1 : 0;
            } catch (DroverException e) {
                log.error("A setting could not be made: name={} reason={}", setting.getKey(), e.getMessage());
            }
        }
        log.info("Settings are there: known={} written={}", defaults.size(), written);
    }

    private boolean ensure(String name, String defaultValue) {
        String given =
                environment.apply("CATTLE_" + name.toUpperCase(Locale.ROOT).replace('-', '_'));
        if (settings.get(name).isEmpty()) {
            try {
                settings.create(
                        Resource.named(name, current(new Setting("", "", false, "default"), defaultValue, given)));
                return true;
            } catch (DroverException e) {
                if (e.fault() != Fault.CONFLICT) {
                    throw e;
                }
            }
        }
        Resource<Setting> before = settings.get(name).orElseThrow();
        Resource<Setting> after =
                settings.edit(name, found -> found.with(setting -> current(setting, defaultValue, given)));
        return !after.value().equals(before.value());
    }

    private static Setting current(Setting setting, String defaultValue, String given) {
        if (given != null) {
            return new Setting(given, defaultValue, false, "env");
        }
        if ("env".equals(setting.source())) {
            return new Setting("", defaultValue, false, "default");
        }
        boolean customized = setting.value() != null && !setting.value().isEmpty();
        return new Setting(customized ? setting.value() : "", defaultValue, customized, customized ? "db" : "default");
    }
}
