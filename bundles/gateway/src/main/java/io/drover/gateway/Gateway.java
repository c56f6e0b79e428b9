package io.drover.gateway;

import io.drover.api.audit.AuditTrail;
import io.drover.api.auth.Authorizer;
import io.drover.api.auth.Callers;
import io.drover.api.auth.PublicPaths;
import io.drover.api.cluster.Clusters;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.PlaneEndpoint;
import io.drover.api.plane.PlaneServer;
import io.drover.api.socket.SocketRoute;
import io.drover.gateway.http.Services;
import io.drover.gateway.listener.CertificateAuthority;
import io.drover.gateway.listener.FrontDoor;
import io.drover.gateway.listener.HttpsPort;
import io.drover.gateway.listener.PublicRoutes;
import io.drover.gateway.listener.ServletBridge;
import io.drover.gateway.peer.PeerAddress;
import io.drover.gateway.peer.Peers;
import io.drover.gateway.transport.Elsewhere;
import io.drover.gateway.tunnel.StoredCredentials;
import io.drover.gateway.tunnel.Tunnels;
import jakarta.servlet.http.HttpServlet;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpFields;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * Puts the gateway together and takes it apart. It lives as long as the management plane; all other services may come and go while
 * connections stay.
 */
@Component(
        immediate = true,
        service = {},
        configurationPid = "io.drover.gateway")
public final class Gateway implements Services {

    /** Settings in {@code etc/io.drover.gateway.cfg}. */
    public @interface Config {
        /** The HTTPS port. */
        int port() default 8443;

        /** The address it is bound to. */
        String listen() default "0.0.0.0";

        /** More names and addresses for the certificate, with commas between them. */
        String hosts() default "";

        /** Where other servers over the same management plane reach this one; empty for this machine's own address. */
        String peer_address() default "";

        /** Whether clusters on this machine itself may be dialled directly; for trials on a single machine. */
        boolean dial_loopback() default false;
    }

    private final ManagementPlane plane;
    private final ServletBridge servlets = new ServletBridge();
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1, task -> {
        var thread = new Thread(task, "gateway-timer");
        thread.setDaemon(true);
        return thread;
    });

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile AuditTrail audit;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Callers callers;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Authorizer authorizer;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile PlaneServer planeServer;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile PlaneEndpoint planeEndpoint;

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    private volatile List<PublicPaths> publicPaths = List.of();

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    private volatile List<SocketRoute> sockets = List.of();

    private Optional<Peers> peers = Optional.empty();
    private Parts parts;
    private ServerParts serverParts;
    private ServiceRegistration<Clusters> clusters;
    private HttpsPort port;

    @Activate
    public Gateway(@Reference ManagementPlane plane) {
        this.plane = plane;
    }

    @Activate
    void start(BundleContext context, Config config) throws Exception {
        serverParts = new ServerParts(context);
        var tunnels = new Tunnels();
        if (plane.isShared()) {
            var authority = CertificateAuthority.of(plane.client(), Clock.systemUTC());
            URI url = PeerAddress.of(config.peer_address(), config.listen(), config.port());
            peers = Optional.of(new Peers(plane.client(), url, authority.pem(), tunnels));
        }
        parts = new Parts(
                plane,
                tunnels,
                peers.<Elsewhere>map(others -> others).orElse(Elsewhere.NOWHERE),
                new StoredCredentials(plane.client()),
                this,
                config.dial_loopback(),
                timer);
        peers.ifPresent(others -> {
            others.listen(parts::changedElsewhere);
            others.start();
        });
        clusters = context.registerService(Clusters.class, parts.clusters(), null);
        port = new HttpsPort(
                address(config),
                plane,
                servlets,
                timer,
                () -> new FrontDoor(this, this::missing, parts.tunnelDoor(), parts.clusterDoor()));
        port.start();
    }

    @Modified
    void change(Config config) {
        port.change(address(config));
    }

    @Deactivate
    void stop() {
        clusters.unregister();
        parts.close(); // agents are told first
        port.stop();
        serverParts.close();
        peers.ifPresent(Peers::close);
        timer.shutdownNow();
    }

    @Reference(
            service = HttpServlet.class,
            target = "(http.felix.dispatcher=*)",
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setDispatcher(HttpServlet dispatcher) {
        servlets.setDispatcher(dispatcher);
    }

    void unsetDispatcher(HttpServlet dispatcher) {
        servlets.unsetDispatcher(dispatcher);
    }

    @Override
    public Optional<AuditTrail> audit() {
        return Optional.ofNullable(audit);
    }

    @Override
    public Optional<Callers> callers() {
        return Optional.ofNullable(callers);
    }

    @Override
    public Optional<Authorizer> authorizer() {
        return Optional.ofNullable(authorizer);
    }

    @Override
    public Optional<PlaneServer> planeServer() {
        return Optional.ofNullable(planeServer);
    }

    @Override
    public Optional<PlaneEndpoint> planeEndpoint() {
        return Optional.ofNullable(planeEndpoint);
    }

    @Override
    public List<SocketRoute> sockets() {
        return sockets;
    }

    @Override
    public boolean isSentByPeer(HttpFields headers) {
        return peers.isPresent() && peers.get().sent(headers);
    }

    @Override
    public boolean isPublic(String method, String canonicalPath) {
        return PublicRoutes.contain(publicPaths, method, canonicalPath);
    }

    private Optional<String> missing() {
        return servlets.isReady() ? serverParts.missing() : Optional.of("waiting for the HTTP whiteboard");
    }

    private static HttpsPort.Address address(Config config) {
        return new HttpsPort.Address(
                config.listen(),
                config.port(),
                Stream.of(config.hosts().split(","))
                        .map(String::strip)
                        .filter(name -> !name.isEmpty())
                        .toList());
    }
}
