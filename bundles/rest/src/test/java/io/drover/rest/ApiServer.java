package io.drover.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drover.api.audit.AuditedCall;
import io.drover.api.auth.Caller;
import io.drover.api.cluster.AgentManifests;
import io.drover.api.kind.KindJson;
import io.drover.api.model.GlobalRole;
import io.drover.api.model.RoleTemplate;
import io.drover.api.model.Setting;
import io.drover.api.model.User;
import io.drover.api.plane.Resource;
import io.drover.testkit.InMemoryPlane;
import io.fabric8.kubernetes.client.KubernetesClient;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** The API on a real HTTP server over a plane in memory. Who calls is told by a header, as the listener would by an attribute. */
final class ApiServer implements AutoCloseable {

    static final String ADMIN = "user-admin";
    static final String ADMIN_TOKEN = "token-admin";
    private static final String CALLER = "Test-Caller";
    private static final String TOKEN = "Test-Token";
    private static final ObjectMapper JSON = new ObjectMapper();

    final InMemoryPlane plane = new InMemoryPlane();
    final FakeSignIns signIns = new FakeSignIns(plane);
    final FakeProviders providers = new FakeProviders();
    final FakeAuthorizer authorizer = new FakeAuthorizer(ADMIN);
    final Map<String, String> environment = new HashMap<>();
    final FakeSessions sessions = new FakeSessions(plane);
    final FakeSecondFactor secondFactor = new FakeSecondFactor(plane);
    final Map<String, Map<String, String>> driverSecrets = new ConcurrentHashMap<>();
    final Set<String> namespaces = ConcurrentHashMap.newKeySet();
    final RestServlet servlet;
    volatile AuditedCall audited = AuditedCall.NONE;
    private final Server server = new Server();
    private final HttpClient client = HttpClient.newHttpClient();
    private final int port;
    final Api api;

    ApiServer() throws Exception {
        this(Clock.systemUTC());
    }

    ApiServer(Clock clock) throws Exception {
        api = new Api(
                plane,
                authorizer,
                signIns,
                sessions,
                secondFactor,
                providers,
                new MemoryDriverSecrets(),
                namespaces::add,
                new Manifests(),
                environment::get,
                clock);
        api.add(new RestKinds());
        this.servlet = new RestServlet(api, () -> () -> {});
        HttpConfiguration http = new HttpConfiguration();
        http.setUriCompliance(UriCompliance.UNSAFE); // ids may contain an escaped slash
        ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/");
        context.addFilter(new FilterHolder(new Listener()), "/*", null);
        context.addServlet(new ServletHolder(servlet), "/");
        context.getServletHandler().setDecodeAmbiguousURIs(true);
        server.setHandler(context);
        server.start();
        this.port = connector.getLocalPort();
        user(ADMIN, "admin", "Default Admin");
        signIns.givePassword(ADMIN, "admin");
    }

    private final class Listener implements Filter {
        @Override
        public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            HttpServletRequest http = (HttpServletRequest) request;
            request.setAttribute(AuditedCall.ATTRIBUTE, audited);
            String user = http.getHeader(CALLER);
            if (user != null) {
                request.setAttribute(
                        Caller.ATTRIBUTE,
                        new Caller(
                                user,
                                List.of("system:authenticated"),
                                Map.of(),
                                Optional.ofNullable(http.getHeader(TOKEN))));
            }
            chain.doFilter(request, response);
        }
    }

    private final class MemoryDriverSecrets implements DriverSecrets {
        @Override
        public void keep(String clusterId, Map<String, String> secrets) {
            driverSecrets
                    .computeIfAbsent(clusterId, id -> new ConcurrentHashMap<>())
                    .putAll(secrets);
        }

        @Override
        public void forget(String clusterId) {
            driverSecrets.remove(clusterId);
        }
    }

    private static final class Manifests implements AgentManifests {
        @Override
        public String manifest(String clusterId, String token, URI serverUrl) {
            return "kind: Test\ncluster: " + clusterId + "\nserver: " + serverUrl + "\n";
        }

        @Override
        public List<String> objects() {
            return List.of();
        }

        @Override
        public void remove(KubernetesClient cluster) {
            throw new UnsupportedOperationException();
        }
    }

    // --- what is there before a test begins

    void user(String id, String username, String displayName) {
        plane.objects(User.class)
                .create(Resource.named(
                        id,
                        read(
                                User.class,
                                Map.of(
                                        "username",
                                        username,
                                        "displayName",
                                        displayName,
                                        "principalIds",
                                        List.of("local://" + id)))));
        plane.settle();
    }

    void setting(String name, String byDefault) {
        plane.objects(Setting.class)
                .create(Resource.named(name, read(Setting.class, Map.of("value", "", "default", byDefault))));
        plane.settle();
    }

    void globalRole(String name, Map<String, Object> fields) {
        plane.objects(GlobalRole.class).create(Resource.named(name, read(GlobalRole.class, fields)));
    }

    void roleTemplate(String name, Map<String, Object> fields) {
        plane.objects(RoleTemplate.class).create(Resource.named(name, read(RoleTemplate.class, fields)));
    }

    static <K> K read(Class<K> kind, Map<String, Object> fields) {
        return KindJson.mapper().convertValue(fields, kind);
    }

    // --- requests

    String url() {
        return "http://127.0.0.1:" + port;
    }

    Answer asAdmin(String method, String path, String body, String... headers) throws Exception {
        return as(ADMIN, method, path, body, headers);
    }

    /** @param user empty for nobody */
    Answer as(String user, String method, String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url() + path))
                .timeout(Duration.ofSeconds(30))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!user.isEmpty()) {
            request.header(CALLER, user).header(TOKEN, user.equals(ADMIN) ? ADMIN_TOKEN : "token-" + user);
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        Answer answer = new Answer(client.send(request.build(), BodyHandlers.ofByteArray()));
        plane.settle();
        return answer;
    }

    record Answer(HttpResponse<byte[]> response) {

        int status() {
            return response.statusCode();
        }

        String text() {
            return new String(response.body(), StandardCharsets.UTF_8);
        }

        JsonNode json() {
            try {
                return JSON.readTree(response.body());
            } catch (JsonProcessingException e) {
                throw new AssertionError("Not JSON: " + text(), e);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        JsonNode at(String pointer) {
            return json().at(pointer);
        }

        Optional<String> header(String name) {
            return response.headers().firstValue(name);
        }
    }

    @Override
    public void close() throws Exception {
        server.stop();
        plane.close();
    }
}
