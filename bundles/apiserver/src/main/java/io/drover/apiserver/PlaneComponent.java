package io.drover.apiserver;

import io.drover.api.DroverException;
import io.drover.api.auth.Authorizer;
import io.drover.api.auth.BearerTokens;
import io.drover.api.auth.Callers;
import io.drover.api.kind.KindProvider;
import io.drover.api.plane.Admission;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.PlaneServer;
import io.drover.api.plane.PlaneStorage;
import io.drover.apiserver.serve.Environment;
import io.drover.apiserver.store.Retention;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the embedded management plane. {@link ManagementPlane} and {@link PlaneServer} become services once the plane answers and the
 * kinds known by then are installed; kinds that come later are installed as they come.
 */
@Component(
        service = {},
        immediate = true,
        configurationPid = "io.drover.apiserver")
public final class PlaneComponent {

    private static final Logger log = LoggerFactory.getLogger(PlaneComponent.class);

    @interface Config {
        /** Folder that holds all objects; empty = {@code drover} within Karaf's data folder. */
        String data() default "";

        /** Hours for which replaced revisions are kept. */
        int keep_hours() default 168;

        /** How many revisions are kept at most, besides what is current. */
        long keep_revisions() default Retention.DEFAULT_COUNT;

        /** File whose first line is the passphrase of backups; empty = none. */
        String backup_passphrase_file() default "";

        /** Folder for scheduled backups; empty = none are made. */
        String backup_folder() default "";

        /** Hours from one scheduled backup to the next. */
        int backup_every_hours() default 24;

        /** How many scheduled backups are kept. */
        int backup_keep() default 7;

        /** Minutes for which events are kept after they were last written. */
        int events_kept_minutes() default 60;

        /** Whether webhooks may be at loopback addresses; off but for a single machine's trials. */
        boolean webhooks_at_loopback() default false;
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Authorizer authorizer;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Callers callers;

    private final BundleContext context;
    private final Path data;
    private final Retention retention;
    private final Config config;
    private final Environment environment;
    /** Highest ranking first, as service references are ordered backwards. */
    private final Map<ServiceReference<Admission>, Admission> admissions =
            new ConcurrentSkipListMap<>(Comparator.reverseOrder());

    private final List<KindProvider> providers = new CopyOnWriteArrayList<>();
    private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
    /** Starting, installing and stopping, one after the other. */
    private final ExecutorService work = Executors.newSingleThreadExecutor(r -> new Thread(r, "drover-plane-start"));

    private EmbeddedPlane plane;
    private BackupSchedule backups;

    @Activate
    public PlaneComponent(BundleContext context, Config config) {
        this.context = context;
        String karafData = context.getProperty("karaf.data");
        this.data = config.data().isEmpty()
                ? Path.of(karafData == null ? "data" : karafData, "drover")
                : Path.of(config.data());
        this.retention = new Retention(Duration.ofHours(config.keep_hours()), Math.max(0, config.keep_revisions()));
        this.config = config;
        this.environment = new Environment(
                () -> authorizer,
                () -> Optional.ofNullable(callers),
                () -> List.copyOf(admissions.values()),
                Duration.ofMinutes(config.events_kept_minutes()),
                config.webhooks_at_loopback());
    }

    @Activate
    void start() {
        work.execute(() -> {
            try {
                plane = EmbeddedPlane.start(data, retention, environment);
                providers.forEach(provider -> install(provider.kinds()));
                registrations.add(context.registerService(ManagementPlane.class, plane.plane(), null));
                registrations.add(context.registerService(PlaneServer.class, plane.server(), null));
                registrations.add(context.registerService(BearerTokens.class, plane.bearerTokens(), null));
                Storage storage = new Storage(
                        plane.store(),
                        config.backup_passphrase_file().isEmpty() ? null : inData(config.backup_passphrase_file()));
                registrations.add(context.registerService(PlaneStorage.class, storage, null));
                if (!config.backup_folder().isEmpty()) {
                    BackupSchedule.Plan plan = new BackupSchedule.Plan(
                            inData(config.backup_folder()),
                            Duration.ofHours(Math.max(1, config.backup_every_hours())),
                            Math.max(1, config.backup_keep()));
                    backups = new BackupSchedule(storage, plan, Clock.systemUTC());
                    backups.start();
                }
                log.info("The management plane is up: data={}", data);
            } catch (DroverException e) {
                log.error("The management plane does not start: {}", e.getMessage());
            } catch (RuntimeException e) {
                log.error("The management plane does not start", e);
            }
        });
    }

    /** Relative paths start at the server's data folder. */
    private Path inData(String path) {
        String base = context.getProperty("karaf.base");
        return base == null ? Path.of(path) : Path.of(base).resolve(path);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addAdmission(ServiceReference<Admission> reference, Admission admission) {
        admissions.put(reference, admission);
    }

    void removeAdmission(ServiceReference<Admission> reference) {
        admissions.remove(reference);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addKinds(KindProvider provider) {
        providers.add(provider);
        work.execute(() -> {
            if (plane != null) {
                install(provider.kinds());
            }
        });
    }

    /** The kinds' objects stay, and so do the kinds. */
    void removeKinds(KindProvider provider) {
        providers.remove(provider);
    }

    private void install(List<Class<? extends Record>> kinds) {
        try {
            plane.install(kinds);
        } catch (RuntimeException e) {
            log.error("Kinds could not be installed: kinds={}", kinds, e);
        }
    }

    @Deactivate
    void stop() {
        work.execute(() -> {
            registrations.forEach(ServiceRegistration::unregister);
            if (backups != null) {
                backups.close();
            }
            if (plane != null) {
                plane.close();
            }
        });
        work.shutdown();
        try {
            if (!work.awaitTermination(30, TimeUnit.SECONDS)) {
                log.error("The management plane did not stop in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
