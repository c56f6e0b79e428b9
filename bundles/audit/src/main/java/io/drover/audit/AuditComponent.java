package io.drover.audit;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.ServerPart;
import io.drover.api.audit.AuditRecord;
import io.drover.api.audit.AuditRecords;
import io.drover.api.audit.AuditTrail;
import io.drover.api.audit.AuditedCall;
import io.drover.api.auth.Callers.RequestHead;
import io.drover.api.auth.IdentityProviderFactory;
import io.drover.api.driver.ClusterDriver;
import io.drover.api.kind.KindProvider;
import io.drover.api.model.User;
import io.drover.api.plane.ManagementPlane;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit as a service. It is there also while its files can't be written: what is asked of it meanwhile waits, and then is refused or
 * dropped as settings say.
 */
@ServerPart("the audit")
@Component(
        service = {AuditTrail.class, AuditRecords.class},
        immediate = true,
        configurationPid = "io.drover.audit")
public final class AuditComponent implements AuditTrail, AuditRecords {

    /** Settings in {@code etc/io.drover.audit.cfg}. */
    public @interface Config {
        /** {@code none}, {@code metadata}, {@code request} or {@code response}. */
        String level() default "metadata";

        /** {@code refuse} or {@code drop}. */
        String when_full() default "drop";

        /** Records that may wait to be written; counts from the next start on. */
        int queue() default 8192;

        int file_mebibytes() default 64;

        int keep_mebibytes() default 1024;

        int keep_days() default 30;

        /** Folder; empty for {@code drover/audit} in the data folder. */
        String folder() default "";
    }

    private static final Logger log = LoggerFactory.getLogger(AuditComponent.class);
    private static final Settings DEFAULTS =
            new Settings(Level.METADATA, false, 64L << 20, 1024L << 20, Duration.ofDays(30));
    private static final int READERS = 2;

    private final MarkedSecrets marked = new MarkedSecrets();
    private final Semaphore readers = new Semaphore(READERS);
    private final Journal journal;
    private final Trail trail;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile ManagementPlane plane;

    @Activate
    public AuditComponent(BundleContext context, Config config) {
        this(folder(context, config), Clock.systemUTC(), config.queue(), settings(config));
    }

    AuditComponent(Path folder, Clock clock, int capacity, Settings settings) {
        journal = new Journal(folder, clock);
        Wording wording = new Wording(new Redaction(marked::contains), this::isUserName);
        trail = new Trail(journal, wording, clock, Math.max(1, capacity), settings);
        trail.start();
    }

    @Modified
    void change(Config config) {
        trail.change(settings(config));
    }

    @Deactivate
    void close() {
        trail.close();
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addKinds(KindProvider provider) {
        provider.kinds().forEach(marked::add);
    }

    /** Records of its objects are still written for a moment, so what was secret stays secret. */
    void removeKinds(KindProvider provider) {}

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addDriver(ClusterDriver<?> driver) {
        marked.add(driver.settingsType());
    }

    /** As with kinds. */
    void removeDriver(ClusterDriver<?> driver) {}

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addIdentityProvider(IdentityProviderFactory<?> kind) {
        marked.add(kind.configuration());
    }

    /** As with kinds. */
    void removeIdentityProvider(IdentityProviderFactory<?> kind) {}

    void change(Settings settings) {
        trail.change(settings);
    }

    private static Path folder(BundleContext context, Config config) {
        String karafData = context.getProperty("karaf.data");
        return config.folder().isEmpty()
                ? Path.of(karafData == null ? "data" : karafData, "drover", "audit")
                : Path.of(config.folder());
    }

    /** What can't be meant is said, and the cautious value taken. */
    private static Settings settings(Config config) {
        Level level;
        try {
            level = Level.parse(config.level());
        } catch (DroverException e) {
            log.error("etc/io.drover.audit.cfg: {}; the level is {}", e.getMessage(), DEFAULTS.level());
            level = DEFAULTS.level();
        }
        boolean refuse = config.when_full().strip().equalsIgnoreCase("refuse");
        if (!refuse && !config.when_full().strip().equalsIgnoreCase("drop")) {
            log.error("etc/io.drover.audit.cfg: when_full is neither refuse nor drop; it is refuse");
            refuse = true;
        }
        return new Settings(
                level,
                refuse,
                Math.max(1, config.file_mebibytes()) * (1L << 20),
                Math.max(1, config.keep_mebibytes()) * (1L << 20),
                Duration.ofDays(Math.max(1, config.keep_days())));
    }

    private boolean isUserName(String name) {
        ManagementPlane present = plane;
        return present != null
                && present.watched(User.class).list().stream()
                        .anyMatch(user -> name.equals(user.value().username()));
    }

    // --- recording

    @Override
    public AuditedCall begin(RequestHead head) {
        return trail.begin(head);
    }

    // --- reading

    @Override
    public List<AuditRecord> find(Query query, int limit) {
        return read(() -> Search.find(journal.view(), query, limit));
    }

    @Override
    public Optional<AuditRecord> get(long seq) {
        Condition same = new Condition("seq", Set.of(Long.toString(seq)), false);
        Query query = new Query(List.of(same), Optional.empty(), Optional.empty());
        return find(query, 1).stream().findFirst();
    }

    @Override
    public Verification verify(Optional<Anchor> known) {
        return read(() -> Verifier.verify(journal.view(), journal.readHead(), known));
    }

    @Override
    public long dropped() {
        return trail.dropped();
    }

    private interface Reading<T> {
        T read() throws IOException;
    }

    private <T> T read(Reading<T> reading) {
        try {
            if (!readers.tryAcquire(10, TimeUnit.SECONDS)) {
                throw DroverException.unavailable("the audit is being searched by others; try again later");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw DroverException.unavailable("interrupted");
        }
        try {
            trail.settle();
            journal.reading().lock();
            try {
                return reading.read();
            } finally {
                journal.reading().unlock();
            }
        } catch (IOException e) {
            throw new DroverException(Fault.UNAVAILABLE, "the audit's files can't be read: " + e.getMessage(), e);
        } finally {
            readers.release();
        }
    }
}
