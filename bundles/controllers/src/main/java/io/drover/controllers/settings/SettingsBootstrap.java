package io.drover.controllers.settings;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.ServerPart;
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
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the settings that this version knows, and brings their defaults up to date; what somebody set stays. A value from the
 * environment, {@code CATTLE_} and the name in capitals, wins over both.
 */
@ServerPart(SettingsBootstrap.PART)
@Component(
        service = {},
        immediate = true)
public final class SettingsBootstrap {

    static final String PART = "the settings";

    private static final Logger log = LoggerFactory.getLogger(SettingsBootstrap.class);

    private static final long LONGEST_PAUSE_SECONDS = 30;

    private final Objects<Setting> settings;
    private final UnaryOperator<String> environment;
    private final Map<String, String> defaults;
    private final ScheduledExecutorService worker =
            Executors.newSingleThreadScheduledExecutor(work -> new Thread(work, "drover-settings"));

    @Activate
    public SettingsBootstrap(@Reference ManagementPlane plane, BundleContext context) {
        this(plane, System::getenv);
        worker.execute(() -> untilDone(context, 1));
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

    @Deactivate
    void close() {
        worker.shutdownNow();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // ends with the executor
    private void untilDone(BundleContext context, long pauseSeconds) {
        if (run()) {
            context.registerService(
                    SettingsBootstrap.class, this, FrameworkUtil.asDictionary(Map.of(ServerPart.PROPERTY, PART)));
        } else {
            worker.schedule(
                    () -> untilDone(context, Math.min(2 * pauseSeconds, LONGEST_PAUSE_SECONDS)),
                    pauseSeconds,
                    TimeUnit.SECONDS);
        }
    }

    /** Whether all are there now. */
    boolean run() {
        boolean complete = true;
        int written = 0;
        for (Map.Entry<String, String> setting : defaults.entrySet()) {
            try {
                written += ensure(setting.getKey(), setting.getValue()) ? 1 : 0;
            } catch (DroverException e) {
                log.warn("A setting could not be made yet: name={}", setting.getKey(), e);
                complete = false;
            }
        }
        log.info("Settings were looked at: known={} written={} complete={}", defaults.size(), written, complete);
        return complete;
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
