package io.drover.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.drover.api.audit.AuditTrail;
import io.drover.api.auth.Authorizer;
import io.drover.api.auth.Caller;
import io.drover.api.auth.Callers;
import io.drover.api.auth.Decision;
import io.drover.api.auth.Question;
import io.drover.api.model.Cluster;
import io.drover.api.model.Cluster.ClusterSpec;
import io.drover.api.model.ClusterRegistrationToken;
import io.drover.api.plane.PlaneEndpoint;
import io.drover.api.plane.PlaneServer;
import io.drover.api.plane.Resource;
import io.drover.api.socket.SocketRoute;
import io.drover.gateway.http.Services;
import io.drover.gateway.listener.CertificateAuthority;
import io.drover.gateway.listener.FrontDoor;
import io.drover.gateway.listener.Listener;
import io.drover.gateway.listener.ServingCertificate;
import io.drover.gateway.listener.ServletBridge;
import io.drover.gateway.transport.Elsewhere;
import io.drover.gateway.tunnel.Credentials;
import io.drover.gateway.tunnel.Tunnels;
import io.drover.testkit.Eventually;
import io.drover.testkit.InMemoryPlane;
import io.drover.wire.Limits;
import io.drover.wire.ProxySettings;
import io.drover.wire.Session;
import io.drover.wire.StreamAcceptor;
import io.drover.wire.TunnelClient;
import java.net.URI;
import java.security.KeyStore;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.jetty.http.HttpFields;

/** The gateway on a free port of the loopback, with callers and rights as a test sets them, and agents of wire's own client end. */
final class RunningGateway implements Services, AutoCloseable {

    static final Caller ALICE = new Caller(
            "u-alice",
            List.of("system:authenticated", "local://devs"),
            Map.of("username", List.of("alice")),
            Optional.of("token-alice"));

    final CertificateAuthority authority = CertificateAuthority.create(Clock.systemUTC());
    final InMemoryPlane plane = new InMemoryPlane();
    final Set<String> mayImpersonate = ConcurrentHashMap.newKeySet();
    final Set<String> mayEnter = ConcurrentHashMap.newKeySet();
    final Set<String> names = ConcurrentHashMap.newKeySet();
    final List<SocketRoute> sockets = new CopyOnWriteArrayList<>();
    final List<Runnable> standings = new CopyOnWriteArrayList<>();
    final ServletBridge servlets = new ServletBridge();
    private final Tunnels tunnels = new Tunnels();
    final Parts parts;
    final Listener listener;
    final ServingCertificate certificate;
    volatile Optional<PlaneServer> planeServer = Optional.empty();
    volatile Optional<PlaneEndpoint> planeEndpoint = Optional.empty();
    volatile Set<String> publicPaths = Set.of();
    volatile AuditTrail audit = AuditTrail.OFF;

    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
    private final TunnelClient agents = new TunnelClient("test-agents", Limits.DEFAULT);
    private final KeptCredentials credentials = new KeptCredentials();

    RunningGateway() throws Exception {
        names.addAll(Set.of("localhost", "127.0.0.1"));
        parts = new Parts(plane, tunnels, Elsewhere.NOWHERE, credentials, this, true, timer);
        certificate = new ServingCertificate(authority, () -> Set.copyOf(names), Clock.systemUTC());
        var door = new FrontDoor(this, Optional::empty, parts.tunnelDoor(), parts.clusterDoor());
        listener = new Listener("127.0.0.1", 0, certificate.tls(), door, servlets);
        listener.start();
    }

    URI uri(String path) {
        return URI.create("https://localhost:" + listener.port() + path);
    }

    /** Adds a cluster with a registration token of the name {@code token-<id>}. */
    void cluster(String id) {
        plane.objects(Cluster.class).create(Resource.named(id, new Cluster(ClusterSpec.named(id), null)));
        plane.objects(ClusterRegistrationToken.class)
                .create(Resource.named(
                        id,
                        "default-token",
                        new ClusterRegistrationToken(
                                new ClusterRegistrationToken.Spec(id),
                                new ClusterRegistrationToken.Status("token-" + id, "", "", "", "", "", "", ""))));
        plane.settle();
        mayEnter.add(id);
    }

    /** An agent of that cluster, for an API server at {@code address} with a certificate of {@code ca}. */
    /** Whose cluster is reached. */
    Session agent(String id, String address, CertificateAuthority ca) throws Exception {
        Session session = stranger(id, address, ca);
        Eventually.until("the tunnel is up", () -> tunnels.isUp(id));
        plane.settle();
        return session;
    }

    /** Who may or may not be let in. */
    Session stranger(String id, String address, CertificateAuthority ca) throws Exception {
        return agents.connect(
                target("token-" + id, parameters(address, "sa-" + id, ca)), agents.dialler(any -> true), reason -> {});
    }

    Session agent(Map<String, String> headers) throws Exception {
        return agents.connect(
                new TunnelClient.Target(uri("/v3/connect"), headers, trusting(authority), ProxySettings.NONE),
                StreamAcceptor.NONE,
                reason -> {});
    }

    TunnelClient.Target target(String token, String parameters) throws Exception {
        return new TunnelClient.Target(
                uri("/v3/connect/register"),
                Map.of("X-API-Tunnel-Token", token, "X-API-Tunnel-Params", parameters),
                trusting(authority),
                ProxySettings.NONE);
    }

    static String parameters(String address, String token, CertificateAuthority ca) {
        String json = "{\"cluster\":{\"address\":\"%s\",\"token\":\"%s\",\"caCert\":\"%s\"}}"
                .formatted(
                        address,
                        token,
                        Base64.getEncoder().encodeToString(ca.pem().getBytes(UTF_8)));
        return Base64.getEncoder().encodeToString(json.getBytes(UTF_8));
    }

    /** Keeps a token for a cluster, as a driver's credential is kept; answers the name it has. */
    String store(String id, String token) {
        return credentials.store(id, "", token);
    }

    /** Revokes every token: what lives by one ends. */
    void revokeAll() {
        standings.forEach(Runnable::run);
    }

    /** Waits until something lives by a token. */
    void awaitStanding() {
        Eventually.until("something lives by a token", () -> !standings.isEmpty());
    }

    static SSLContext trusting(CertificateAuthority authority) throws Exception {
        KeyStore store = authority.issue(Set.of("localhost"), "x".toCharArray()).keyStore();
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", store.getCertificateChain("drover")[1]);
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    static SSLContext serving(CertificateAuthority authority, String name) throws Exception {
        char[] password = "x".toCharArray();
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(authority.issue(Set.of(name), password).keyStore(), password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    @Override
    public Optional<AuditTrail> audit() {
        return Optional.ofNullable(audit);
    }

    @Override
    public Optional<Callers> callers() {
        return Optional.of(new Callers() {
            @Override
            public Identity identify(RequestHead request) {
                List<String> sent = request.headers().apply("Authorization");
                if (sent.isEmpty()) {
                    return new Identity.Anonymous();
                }
                if (sent.equals(List.of("Bearer elsewhere"))) {
                    return new Identity.Forbidden(
                            "not from " + request.headers().apply("Host"));
                }
                return sent.equals(List.of("Bearer alice"))
                        ? new Identity.Known(ALICE)
                        : new Identity.Refused("unknown token");
            }

            @Override
            public Standing whileAllowed(Caller caller, Optional<Question> right, Runnable ended) {
                standings.add(ended);
                return () -> standings.remove(ended);
            }
        });
    }

    @Override
    public Optional<Authorizer> authorizer() {
        return Optional.of(new Authorizer() {
            @Override
            public Decision decide(Caller caller, Question question) {
                boolean yes = question.verb().equals("impersonate")
                        ? mayImpersonate.contains(question.resource() + "/" + question.name())
                        : mayEnter.contains(question.name());
                return new Decision(yes, yes ? "by test" : "no role gives " + question);
            }

            @Override
            public Set<ClusterGrant> grantsIn(String clusterId) {
                return Set.of();
            }
        });
    }

    @Override
    public List<SocketRoute> sockets() {
        return sockets;
    }

    @Override
    public boolean isSentByPeer(HttpFields headers) {
        return false;
    }

    @Override
    public Optional<PlaneEndpoint> planeEndpoint() {
        return planeEndpoint;
    }

    @Override
    public Optional<PlaneServer> planeServer() {
        return planeServer;
    }

    @Override
    public boolean isPublic(String method, String canonicalPath) {
        return publicPaths.contains(canonicalPath);
    }

    @Override
    public void close() throws Exception {
        agents.close();
        listener.stop();
        parts.close();
        timer.shutdownNow();
        plane.close();
    }

    /** Tokens in memory. */
    private static final class KeptCredentials implements Credentials {

        private final Map<String, String> tokens = new ConcurrentHashMap<>();
        private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();

        @Override
        public Optional<String> token(String secretName) {
            return Optional.ofNullable(secretName).map(tokens::get);
        }

        @Override
        public AutoCloseable listen(Consumer<String> listener) {
            listeners.add(listener);
            return () -> listeners.remove(listener);
        }

        @Override
        public String store(String clusterId, String clusterUid, String token) {
            tokens.put("secret-" + clusterId, token);
            listeners.forEach(listener -> listener.accept("secret-" + clusterId));
            return "secret-" + clusterId;
        }

        @Override
        public void close() {}
    }
}
