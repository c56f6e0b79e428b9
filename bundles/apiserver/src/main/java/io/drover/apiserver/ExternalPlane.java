package io.drover.apiserver;

import io.drover.api.DroverException;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.PlaneEndpoint;
import io.drover.apiserver.client.ClientFailures;
import io.drover.apiserver.client.ClientPlane;
import io.drover.apiserver.external.Connection;
import io.drover.apiserver.external.Takeover;
import java.util.List;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** A management plane on a real cluster's API server, which others may use as well: Drover's other replicas first of all. */
final class ExternalPlane implements RunningPlane {

    private final Connection connection;
    private final boolean takeover;
    private final ClientPlane plane;
    private final KindInstaller installer;

    private ExternalPlane(Connection connection, boolean takeover) {
        this.connection = connection;
        this.takeover = takeover;
        this.plane = ClientPlane.shared(connection.config());
        this.installer = new KindInstaller(plane.client());
    }

    /**
     * Connects, and installs the core's kinds and namespaces where they are missing or of an older version.
     *
     * @param takeover whether kinds that another installation left there may be taken over
     * @throws DroverException {@code UNAVAILABLE} while the cluster does not answer, so that a later start may work; {@code REJECTED} or
     *     {@code DENIED} if none can before somebody has acted
     */
    static ExternalPlane start(Connection connection, boolean takeover) {
        ExternalPlane external = new ExternalPlane(connection, takeover);
        boolean started = false;
        try {
            external.install(PlaneContents.CORE_KINDS);
            ClientFailures.translated(() -> {
                PlaneContents.makeNamespaces(external.plane.client());
                return null;
            });
            started = true;
        } finally {
            if (!started) {
                external.close();
            }
        }
        return external;
    }

    @Override
    public void install(List<Class<? extends Record>> kinds) {
        ClientFailures.translated(() -> {
            if (!takeover) {
                Takeover.requireNothingForeign(plane.client(), kinds);
            }
            installer.install(kinds);
            return null;
        });
    }

    @Override
    public ManagementPlane plane() {
        return plane;
    }

    @Override
    public List<ServiceRegistration<?>> offer(BundleContext context) {
        return List.of(context.registerService(PlaneEndpoint.class, connection, PROPERTIES));
    }

    @Override
    public String toString() {
        return "external at " + connection.server();
    }

    @Override
    public void close() {
        plane.close();
    }
}
