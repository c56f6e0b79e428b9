package io.drover.benchmarks.tunnel;

import io.drover.api.audit.AuditTrail;
import io.drover.api.auth.Authorizer;
import io.drover.api.auth.Callers;
import io.drover.api.model.Cluster;
import io.drover.api.model.Cluster.ClusterSpec;
import io.drover.api.model.ClusterRegistrationToken;
import io.drover.api.plane.PlaneEndpoint;
import io.drover.api.plane.PlaneServer;
import io.drover.api.plane.Resource;
import io.drover.api.socket.SocketRoute;
import io.drover.gateway.http.Replies;
import io.drover.gateway.http.Services;
import io.drover.gateway.listener.CertificateAuthority;
import io.drover.gateway.listener.FrontDoor;
import io.drover.gateway.listener.Listener;
import io.drover.gateway.listener.ServingCertificate;
import io.drover.gateway.listener.ServletBridge;
import io.drover.gateway.tunnel.Credentials;
import io.drover.gateway.tunnel.TunnelDoor;
import io.drover.gateway.tunnel.Tunnels;
import io.drover.testkit.InMemoryPlane;
import io.drover.wire.Limits;
import io.drover.wire.Scheduler;
import io.drover.wire.Session;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The gateway's listener and tunnels without a management plane, and one TCP port that is forwarded through the tunnel of the first
 * cluster. Arguments: the port for agents, the file that the authority's certificate is written to, the number of clusters, the port
 * to forward, and where to as the agent sees it.
 */
public final class TunnelServer {

    private TunnelServer() {}

    public static void main(String[] arguments) throws Exception {
        int agents = Integer.parseInt(arguments[0]);
        Path authorityFile = Path.of(arguments[1]);
        int clusters = Integer.parseInt(arguments[2]);
        int forwarded = Integer.parseInt(arguments[3]);
        String target = arguments[4];

        var plane = new InMemoryPlane();
        for (int i = 0; i < clusters; i++) {
            addCluster(plane, i);
        }
        plane.settle();

        // As in the gateway's Parts.
        var timer = Executors.newScheduledThreadPool(1);
        var threads = new QueuedThreadPool(64, 4);
        threads.setName("clusters");
        threads.start();
        var tunnels = new Tunnels();
        var runtime = new Session.Runtime(threads, Scheduler.of(timer), Limits.DEFAULT);
        var door = new TunnelDoor(
                plane,
                new NoCredentials(),
                tunnels,
                (all, key, registration) -> CompletableFuture.completedFuture(""),
                runtime,
                timer,
                threads);

        var authority = CertificateAuthority.create(Clock.systemUTC());
        Files.writeString(authorityFile, authority.pem());
        var certificate = new ServingCertificate(authority, () -> Set.of("localhost"), Clock.systemUTC());
        var front = new FrontDoor(
                new NoServices(),
                Optional::empty,
                door,
                (request, response, callback, caller, path) ->
                        Replies.text(response, callback, 404, "no clusters here"));
        new Listener("127.0.0.1", agents, certificate.tls(), front, new ServletBridge()).start();

        var ports = new Server(new QueuedThreadPool(8, 2));
        var port = new ServerConnector(ports, 1, 1, new ForwardedPort(tunnels, id(0), target));
        port.setHost("127.0.0.1");
        port.setPort(forwarded);
        port.setAcceptQueueSize(4096);
        port.setIdleTimeout(0);
        ports.addConnector(port);
        ports.start();
        System.out.println("listening");
        ports.join();
    }

    static String id(int cluster) {
        return "c-" + cluster;
    }

    static String token(int cluster) {
        return "token-" + cluster;
    }

    private static void addCluster(InMemoryPlane plane, int cluster) {
        String id = id(cluster);
        plane.objects(Cluster.class).create(Resource.named(id, new Cluster(ClusterSpec.named(id), null)));
        plane.objects(ClusterRegistrationToken.class)
                .create(Resource.named(
                        id,
                        "default-token",
                        new ClusterRegistrationToken(
                                new ClusterRegistrationToken.Spec(id),
                                new ClusterRegistrationToken.Status(token(cluster), "", "", "", "", "", "", ""))));
    }

    /** Nobody signs in here. */
    private static final class NoServices implements Services {
        @Override
        public Optional<AuditTrail> audit() {
            return Optional.of(AuditTrail.OFF);
        }

        @Override
        public Optional<Callers> callers() {
            return Optional.empty();
        }

        @Override
        public Optional<Authorizer> authorizer() {
            return Optional.empty();
        }

        @Override
        public Optional<PlaneServer> planeServer() {
            return Optional.empty();
        }

        @Override
        public boolean isPublic(String method, String canonicalPath) {
            return false;
        }

        @Override
        public Optional<PlaneEndpoint> planeEndpoint() {
            return Optional.empty();
        }

        @Override
        public List<SocketRoute> sockets() {
            return List.of();
        }

        @Override
        public boolean isSentByPeer(HttpFields headers) {
            return false;
        }
    }

    /** Tokens in memory. */
    private static final class NoCredentials implements Credentials {

        private final Map<String, String> tokens = new ConcurrentHashMap<>();

        @Override
        public Optional<String> token(String secretName) {
            return Optional.ofNullable(secretName).map(tokens::get);
        }

        @Override
        public AutoCloseable listen(Consumer<String> listener) {
            return () -> {};
        }

        @Override
        public String store(String clusterId, String clusterUid, String token) {
            tokens.put(clusterId, token);
            return clusterId;
        }

        @Override
        public void close() {}
    }
}
