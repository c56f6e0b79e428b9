package io.drover.itests;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drover.itests.Processes.Result;
import io.drover.testbed.KubernetesCluster;
import io.drover.testbed.Need;
import io.drover.testbed.Needs;
import io.drover.wire.Limits;
import io.drover.wire.ProxySettings;
import io.drover.wire.TunnelClient;
import io.drover.wire.TunnelConnectException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever is asked of a server, by whichever way in, is found in its audit. */
@Timeout(180)
@Needs(Need.CLUSTER)
class AuditTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static DroverServer server;
    private static KubernetesCluster kubernetes;
    private static TunnelClient agents;
    private static Http admin;
    private static String cluster;
    private static String registrationToken;

    @BeforeAll
    static void start() throws Exception {
        kubernetes = KubernetesCluster.named("itest-audit").withAudit().start();
        server = DroverServer.start();
        admin = server.admin();
        cluster = admin.post("/v3/clusters", Map.of("type", "cluster", "name", "audited"))
                .json()
                .path("id")
                .asText();
        Http.Answer made = admin.post(
                "/v3/clusterregistrationtokens", Map.of("type", "clusterRegistrationToken", "clusterId", cluster));
        assertThat(made.status()).as(made.body()).isEqualTo(201);
        registrationToken = made.json().path("token").asText();
        agents = new TunnelClient("itest-audit", Limits.DEFAULT);
        connect();
        Wait.until(
                "the cluster is reached", () -> admin.get(inCluster("/version")).status() == 200);
    }

    /** The server knows the token a moment after it was made. */
    private static void connect() throws Exception {
        List<String> refusals = new ArrayList<>();
        try {
            Wait.until("the agent is let in", () -> connects(refusals));
        } catch (AssertionError e) {
            throw new AssertionError(
                    e.getMessage() + "; " + refusals.get(refusals.size() - 1) + "\n" + server.log(), e);
        }
    }

    private static boolean connects(List<String> refusals) {
        try {
            agents.connect(agent(), agents.dialler(any -> true), reason -> {});
            return true;
        } catch (TunnelConnectException e) {
            refusals.add(e.getMessage());
            return false;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterAll
    static void stop() throws IOException {
        if (agents != null) {
            agents.close();
        }
        if (server != null) {
            server.close();
        }
        if (kubernetes != null) {
            kubernetes.close();
        }
    }

    @Test
    void aCallToAClusterIsFoundWithItsUserHereAndInTheClustersOwnAudit() throws IOException {
        Http.Answer answer = admin.get(inCluster("/api/v1/namespaces/kube-system/configmaps?limit=3"));

        JsonNode record = recordOf(answer);
        assertThat(record.path("user").asText()).isEqualTo(me());
        assertThat(record.path("userName").asText()).isEqualTo("admin");
        assertThat(record.path("token").asText()).isEqualTo(tokenName());
        assertThat(record.path("verb").asText()).isEqualTo("list");
        assertThat(record.path("resource").asText()).isEqualTo("configmaps");
        assertThat(record.path("namespace").asText()).isEqualTo("kube-system");
        assertThat(record.path("cluster").asText()).isEqualTo(cluster);
        assertThat(record.path("code").asInt()).isEqualTo(200);
        assertThat(record.path("rule").asText()).isNotEmpty();
        String id = answer.headers().firstValue("Audit-Id").orElseThrow();
        Wait.until("the cluster has recorded it", () -> inClustersAudit(id).size() == 1);
        assertThat(inClustersAudit(id).get(0).at("/impersonatedUser/username").asText())
                .isEqualTo(me());
    }

    @Test
    void aWatchIsFoundAtItsBeginningAndAtItsEnd() {
        Http.Answer answer = admin.get(inCluster("/api/v1/namespaces?watch=true&timeoutSeconds=1"));

        Wait.until("its end is recorded", () -> recordsOf(answer).size() == 2);
        assertThat(recordsOf(answer).findValuesAsText("stage")).containsExactlyInAnyOrder("started", "ended");
        assertThat(recordsOf(answer).findValuesAsText("verb")).containsOnly("watch");
    }

    @Test
    void aCallOfTheManagementPlanesOwnApiIsFound() {
        Http.Answer answer = admin.post(
                "/k8s/clusters/local/api/v1/namespaces/default/configmaps",
                Map.of("apiVersion", "v1", "kind", "ConfigMap", "metadata", Map.of("name", "audited")));

        JsonNode record = recordOf(answer);
        assertThat(record.path("entrance").asText()).isEqualTo("plane");
        assertThat(record.path("verb").asText()).isEqualTo("create");
        assertThat(record.path("resource").asText()).isEqualTo("configmaps");
        assertThat(record.path("code").asInt()).isEqualTo(201);
    }

    @Test
    void callsOfTheApiAreFoundWithTheFieldsThatTheyChanged() {
        Http.Answer made = admin.post("/v3/clusters", Map.of("type", "cluster", "name", "to-be-described"));
        assertThat(recordOf(made).path("resourceName").asText())
                .isEqualTo(made.json().path("id").asText());

        Http.Answer changed = admin.put(
                "/v3/clusters/" + made.json().path("id").asText(),
                Map.of("name", "to-be-described", "description", "described"));

        assertThat(changed.status()).isEqualTo(200);
        assertThat(recordOf(changed).path("changes").findValuesAsText("path")).contains("/spec/description");
        assertThat(recordOf(changed).path("rule").asText()).isNotEmpty();
    }

    @Test
    void signInsAreFoundTheFailedOnesToo() {
        Http.Answer wrong = signIn("wrong password");
        Http.Answer right = signIn(DroverServer.ADMIN_PASSWORD);

        assertThat(recordOf(wrong).path("code").asInt()).isEqualTo(401);
        assertThat(recordOf(wrong).path("userName").asText()).isEqualTo("admin");
        assertThat(recordOf(wrong).path("user").asText("")).isEmpty();
        assertThat(recordOf(right).path("user").asText()).isEqualTo(me());
        assertThat(recordOf(right).path("verb").asText()).isEqualTo("login");
    }

    @Test
    void agentsAndImportsAreFound() {
        Http.Answer manifest = server.anonymous().get("/v3/import/" + registrationToken + "_" + cluster + ".yaml");

        assertThat(recordOf(manifest).path("entrance").asText()).isEqualTo("import");
        assertThat(recordOf(manifest).path("cluster").asText()).isEqualTo(cluster);
        String ofAgents = "/v3/auditlogs?entrance=agent&code=101&cluster=" + cluster;
        Wait.until(
                "the agent's connection is recorded",
                () -> !admin.get(ofAgents).json().at("/data/0").isMissingNode());
        JsonNode connected = admin.get(ofAgents).json().at("/data/0");
        assertThat(connected.path("user").asText()).isEqualTo("system:agent:" + cluster);
        assertThat(connected.path("stage").asText()).isEqualTo("started");
    }

    @Test
    void whoIsNoAdministratorFindsNothing() {
        String password = "a plain user's password";
        admin.post(
                "/v3/users",
                Map.of("type", "user", "username", "plain", "password", password, "mustChangePassword", false));
        Http plain = server.with(server.signIn("plain", password));

        assertThat(plain.get("/v3/auditlogs").json().path("data")).isEmpty();
    }

    @Test
    void bodiesAreRecordedFromTheMomentThatSettingsSaySoAndHoldNoSecrets() throws IOException {
        Path settings = server.data().resolve("etc/io.drover.audit.cfg");
        Files.writeString(settings, Files.readString(settings).replace("level = metadata", "level = response"));
        Wait.until("answers are recorded", () -> recordOf(admin.get("/v3/settings/cacerts"))
                .path("responseBody")
                .has("value"));

        Http.Answer secret = admin.post(
                "/k8s/clusters/local/api/v1/namespaces/default/secrets",
                Map.of(
                        "apiVersion",
                        "v1",
                        "kind",
                        "Secret",
                        "metadata",
                        Map.of("name", "audited"),
                        "stringData",
                        Map.of("key", "CANARY-in-a-secret")));
        Http.Answer token = admin.post("/v3/tokens", Map.of("type", "token", "description", "by the audit's test"));
        signIn(DroverServer.ADMIN_PASSWORD);

        assertThat(recordOf(secret).at("/requestBody/metadata/name").asText()).isEqualTo("audited");
        assertThat(recordOf(token).at("/requestBody/description").asText()).isEqualTo("by the audit's test");
        String value = token.json().path("token").asText();
        Path audit = server.data().resolve("drover/audit");
        for (String canary : List.of(
                "CANARY-in-a-secret",
                Base64.getEncoder().encodeToString("CANARY-in-a-secret".getBytes(UTF_8)),
                value.substring(value.indexOf(':') + 1),
                DroverServer.ADMIN_PASSWORD,
                registrationToken)) {
            assertThat(FileSearch.containing(audit, canary)).isEmpty();
        }
    }

    @Test
    void aChangedRecordIsNamedByTheVerifier() throws IOException {
        admin.get("/v3/users");
        Result whole = server.console("audit:verify");
        assertThat(whole.exitCode()).as(whole.output()).isZero();

        Path file;
        try (Stream<Path> files = Files.list(server.data().resolve("drover/audit"))) {
            file = files.filter(name -> name.toString().endsWith(".jsonl"))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
        String user = "\"user\":\"" + me() + "\"";
        long at = indexOf(file, user) + user.length() - 2;
        char before = me().charAt(me().length() - 1);
        overwrite(file, at, before == 'x' ? 'y' : 'x');
        Result changed = server.console("audit:verify");
        overwrite(file, at, before);

        assertThat(changed.exitCode()).isNotZero();
        assertThat(changed.output()).containsPattern("Record [0-9]+ was changed");
        assertThat(server.console("audit:verify").exitCode()).isZero();
        assertThat(server.console("audit:list --limit 5 --verb login").output()).contains("login");
    }

    private static Http.Answer signIn(String password) {
        return server.anonymous()
                .post(
                        "/v3-public/localProviders/local?action=login",
                        Map.of("username", "admin", "password", password, "responseType", "json"));
    }

    private static String inCluster(String path) {
        return "/k8s/clusters/" + cluster + path;
    }

    private static String me() {
        return admin.get("/v3/users?me=true").json().at("/data/0/id").asText();
    }

    private static String tokenName() {
        return admin.token().substring(0, admin.token().indexOf(':'));
    }

    /** The record ends a moment after the answer went out. */
    private static JsonNode recordOf(Http.Answer answer) {
        Wait.until("it is recorded", () -> !recordsOf(answer).isEmpty());
        JsonNode records = recordsOf(answer);
        assertThat(records).hasSize(1);
        return records.get(0);
    }

    private static JsonNode recordsOf(Http.Answer answer) {
        String id = answer.headers().firstValue("Audit-Id").orElseThrow();
        return admin.get("/v3/auditlogs?requestId=" + id).json().path("data");
    }

    private static List<JsonNode> inClustersAudit(String id) {
        try (Stream<String> lines = Files.lines(kubernetes.auditLog())) {
            return lines.filter(line -> line.contains(id)).map(AuditTest::json).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long indexOf(Path file, String text) throws IOException {
        long at = Files.readString(file, ISO_8859_1).indexOf(text);
        assertThat(at).isNotNegative();
        return at;
    }

    private static void overwrite(Path file, long at, char with) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {(byte) with}), at);
        }
    }

    /** An agent of that cluster, run by this test. */
    private static TunnelClient.Target agent() throws IOException {
        byte[] parameters = JSON.writeValueAsBytes(Map.of(
                "cluster",
                Map.of(
                        "address",
                        kubernetes.server().getAuthority(),
                        "token",
                        kubernetes.token(),
                        "caCert",
                        Base64.getEncoder().encodeToString(Files.readAllBytes(kubernetes.authority())))));
        return new TunnelClient.Target(
                URI.create("https://127.0.0.1:" + server.port() + "/v3/connect/register"),
                Map.of(
                        "X-API-Tunnel-Token",
                        registrationToken,
                        "X-API-Tunnel-Params",
                        Base64.getEncoder().encodeToString(parameters)),
                Http.trustsAnyone(),
                ProxySettings.NONE);
    }
}
