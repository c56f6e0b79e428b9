package io.drover.apiserver;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.ServerPart;
import io.drover.api.auth.Authorizer;
import io.drover.api.auth.Callers;
import io.drover.api.kind.KindProvider;
import io.drover.api.plane.Admission;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.PlaneServer;
import io.drover.apiserver.EmbeddedPlane.Backups;
import io.drover.apiserver.external.Connection;
import io.drover.apiserver.serve.Environment;
import io.drover.apiserver.store.Retention;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
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
 * Runs the management plane, embedded or on a real cluster. {@link ManagementPlane}, and {@link PlaneServer} or {@link
 * io.drover.api.plane.PlaneEndpoint}, become services once it answers and the kinds known by then are installed; kinds that come later
 * are installed as they come.
 */
@ServerPart(RunningPlane.PART)
@Component(
        service = {},
        immediate = true,
        configurationPid = "io.drover.apiserver")
public final class PlaneComponent {

    private static final Logger log = LoggerFactory.getLogger(PlaneComponent.class);

    private static final String EMBEDDED = "embedded";
    private static final String EXTERNAL = "external";
    private static final long LONGEST_PAUSE_SECONDS = 15;

    @interface Config {
        /** {@code embedded} or {@code external}. */
        String mode() default EMBEDDED;

        /** If external: the file that says where; empty for the service account of the pod that Drover runs in. */
        String kubeconfig() default "";

        /** If external: whether kinds of another installation may be taken over. */
        boolean takeover() default false;

        /** If embedded: folder that holds all objects; empty = {@code drover} within Karaf's data folder. */
        String data() default "";

        /** If embedded: hours for which replaced revisions are kept. */
        int keep_hours() default 168;

        /** If embedded: how many revisions are kept at most, besides what is current. */
        long keep_revisions() default Retention.DEFAULT_COUNT;

        /** If embedded: file whose first line is the passphrase of backups; empty = none. */
        String backup_passphrase_file() default "";

        /** If embedded: folder for scheduled backups; empty = none are made. */
        String backup_folder() default "";

        /** Hours from one scheduled backup to the next, unless {@link #backup_cron} says when they are made. */
        int backup_every_hours() default 24;

        /** When scheduled backups are made, as crontab says it, by this machine's clock; empty = every so many hours. */
        String backup_cron() default "";

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
    private final Supplier<RunningPlane> starter;
    /** Highest ranking first, as service references are ordered backwards. */
    private final Map<ServiceReference<Admission>, Admission> admissions =
            new ConcurrentSkipListMap<>(Comparator.reverseOrder());

    private final List<KindProvider> providers = new CopyOnWriteArrayList<>();
    private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
    /** Starting, installing and stopping, one after the other. */
    private final ScheduledExecutorService work =
            Executors.newSingleThreadScheduledExecutor(r -> new Thread(r, "drover-plane-start"));

    private RunningPlane plane;

    @Activate
    public PlaneComponent(BundleContext context, Config config) {
        this.context = context;
        this.starter = switch (config.mode()) {
            case EMBEDDED -> embedded(config);
            case EXTERNAL -> () -> ExternalPlane.start(Connection.read(config.kubeconfig()), config.takeover());
            default -> () -> {
                throw DroverException.rejected("The management plane's mode is \"" + config.mode() + "\", but can be "
                        + EMBEDDED + " or " + EXTERNAL);
            };
        };
    }

    private Supplier<RunningPlane> embedded(Config config) {
        String karafData = context.getProperty("karaf.data");
        Path data = config.data().isEmpty()
                ? Path.of(karafData == null ? "data" : karafData, "drover")
                : Path.of(config.data());
        Retention retention =
                new Retention(Duration.ofHours(config.keep_hours()), Math.max(0, config.keep_revisions()));
        Backups backups = backups(config);
        Environment environment = new Environment(
                () -> authorizer,
                () -> Optional.ofNullable(callers),
                () -> List.copyOf(admissions.values()),
                Duration.ofMinutes(config.events_kept_minutes()),
                config.webhooks_at_loopback());
        return () -> EmbeddedPlane.start(data, retention, backups, environment);
    }

    private Backups backups(Config config) {
        Path passphrase = config.backup_passphrase_file().isEmpty() ? null : inData(config.backup_passphrase_file());
        return new Backups(passphrase, config.backup_folder().isEmpty() ? Optional.empty() : schedule(config));
    }

    /** Empty, and said so, if it can't be told when: a server that runs does not end for that. */
    private Optional<BackupSchedule.Plan> schedule(Config config) {
        String cron = config.backup_cron().strip();
        try {
            BackupTimes times = cron.isEmpty()
                    ? BackupTimes.every(Duration.ofHours(Math.max(1, config.backup_every_hours())))
                    : BackupTimes.cron(cron, ZoneId.systemDefault());
            return Optional.of(
                    new BackupSchedule.Plan(inData(config.backup_folder()), times, Math.max(1, config.backup_keep())));
        } catch (DroverException e) {
            log.error(
                    "No backups are made by themselves; set backup.cron in etc/io.drover.apiserver.cfg right: {}",
                    e.getMessage());
            return Optional.empty();
        }
    }

    /** Relative paths start at the server's data folder. */
    private Path inData(String path) {
        String base = context.getProperty("karaf.base");
        return base == null ? Path.of(path) : Path.of(base).resolve(path);
    }

    @Activate
    void start() {
        work.execute(() -> start(1));
    }

    private void start(long pauseSeconds) {
        try {
            plane = starter.get();
            providers.forEach(provider -> install(provider.kinds()));
            registrations.add(context.registerService(ManagementPlane.class, plane.plane(), null));
            registrations.addAll(plane.offer(context));
            log.info("The management plane is up: plane={}", plane);
        } catch (DroverException e) {
            if (e.fault() == Fault.REJECTED) {
                log.error("The management plane does not start, and so the server ends: {}", e.getMessage());
                endServer();
            } else {
                log.warn(
                        "The management plane does not start, to be tried again: inSeconds={} reason={}",
                        pauseSeconds,
                        e.getMessage());
                later(pauseSeconds);
            }
        } catch (RuntimeException e) {
            log.error("The management plane does not start", e);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // ends with the executor
    private void later(long pauseSeconds) {
        work.schedule(() -> start(Math.min(2 * pauseSeconds, LONGEST_PAUSE_SECONDS)), pauseSeconds, TimeUnit.SECONDS);
    }

    /** There is nothing to wait for: somebody has to change something first, and is told so by whoever starts servers. */
    private void endServer() {
        try {
            context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).stop();
        } catch (BundleException e) {
            log.error("The server can't be ended", e);
        }
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
        Future<?> stopped = work.submit(() -> {
            registrations.forEach(ServiceRegistration::unregister);
            if (plane != null) {
                plane.close();
            }
        });
        try {
            stopped.get(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.error("The management plane did not stop in time", e);
        } finally {
            work.shutdownNow();
        }
    }
}
