package io.drover.apiserver;

import io.drover.api.auth.Authorizer;
import io.drover.api.auth.BearerTokens;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.PlaneServer;
import io.drover.api.plane.PlaneStorage;
import io.drover.apiserver.client.ClientPlane;
import io.drover.apiserver.serve.ApiServer;
import io.drover.apiserver.serve.Environment;
import io.drover.apiserver.store.Retention;
import io.drover.apiserver.store.Store;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** A running management plane over a data folder. */
final class EmbeddedPlane implements RunningPlane {

    /**
     * How backups are made.
     *
     * @param passphraseFile null for none
     * @param schedule empty if none are made by themselves
     */
    record Backups(Path passphraseFile, Optional<BackupSchedule.Plan> schedule) {
        static final Backups NONE = new Backups(null, Optional.empty());
    }

    private final Path data;
    private final Store store;
    private final Backups backups;
    private final ApiServer server;
    private final ClientPlane plane;
    private final KindInstaller installer;
    private Optional<BackupSchedule> schedule = Optional.empty();

    private EmbeddedPlane(Path data, Store store, Backups backups, Environment environment) {
        this.data = data;
        this.store = store;
        this.backups = backups;
        this.server = new ApiServer(store, environment);
        this.plane = ClientPlane.of(server);
        this.installer = new KindInstaller(plane.client());
    }

    /** @param authorizer gives null while there is none */
    static EmbeddedPlane start(Path data, Retention retention, Supplier<Authorizer> authorizer) {
        return start(data, retention, Environment.with(authorizer));
    }

    /** {@link #start(Path, Retention, Backups, Environment)} without backups. */
    static EmbeddedPlane start(Path data, Retention retention, Environment environment) {
        return start(data, retention, Backups.NONE, environment);
    }

    /**
     * Starts it; it answers, with the core's kinds and namespaces, when this returns.
     *
     * @throws io.drover.api.DroverException {@code REJECTED} if the folder can't be used
     */
    static EmbeddedPlane start(Path data, Retention retention, Backups backups, Environment environment) {
        EmbeddedPlane plane =
                new EmbeddedPlane(data, Store.open(data, retention, Clock.systemUTC()), backups, environment);
        boolean started = false;
        try {
            PlaneContents.makeNamespaces(plane.plane.client());
            plane.install(PlaneContents.CORE_KINDS);
            plane.server.keepNamespaceDefaults();
            started = true;
        } finally {
            if (!started) {
                plane.close();
            }
        }
        return plane;
    }

    @Override
    public void install(List<Class<? extends Record>> kinds) {
        installer.install(kinds);
    }

    Store store() {
        return store;
    }

    PlaneServer server() {
        return server;
    }

    BearerTokens bearerTokens() {
        return server.bearerTokens();
    }

    @Override
    public ManagementPlane plane() {
        return plane;
    }

    @Override
    public List<ServiceRegistration<?>> offer(BundleContext context) {
        Storage storage = new Storage(store, backups.passphraseFile(), server::rotateTokenKey);
        schedule = backups.schedule().map(plan -> new BackupSchedule(storage, plan, Clock.systemUTC()));
        schedule.ifPresent(BackupSchedule::start);
        return List.of(
                context.registerService(PlaneServer.class, server, RunningPlane.PROPERTIES),
                context.registerService(BearerTokens.class, server.bearerTokens(), null),
                context.registerService(PlaneStorage.class, storage, null));
    }

    @Override
    public String toString() {
        return "embedded in " + data;
    }

    @Override
    public void close() {
        schedule.ifPresent(BackupSchedule::close);
        plane.close();
        server.close();
    }
}
