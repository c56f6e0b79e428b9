package io.drover.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.itests.Processes.Result;
import io.drover.testbed.Images;
import io.drover.testbed.Need;
import io.drover.testbed.Needs;
import io.drover.testbed.Parts;
import io.drover.testbed.Slapd;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A real kubectl on a real cluster through Drover: a current one, which speaks WebSocket, and an old one, which speaks SPDY. */
@Timeout(300)
@Needs({Need.NODE, Need.SLAPD})
class KubectlTest {

    private static final int MEGABYTES = 64;
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(30);
    private static final String LDAP = "/v3/openLdapConfigs/openldap";
    private static final String PEOPLE = "ou=people," + Slapd.SUFFIX;

    private static Slapd slapd;
    private static DroverServer server;
    private static ImportedCluster cluster;
    private static Path kubeconfig;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws IOException {
        slapd = Slapd.start(people());
        server = DroverServer.start();
        cluster = ImportedCluster.start(server, "itest-kubectl");
        kubeconfig = cluster.kubeconfig(server.admin());
        run(
                Parts.kubectl(),
                "run",
                "web",
                "--image=" + Images.TOOLS,
                "--",
                "sh",
                "-c",
                "echo here I am; echo a page > /www/index.html; exec httpd -f -p 8080 -h /www");
        run(Parts.kubectl(), "wait", "pod/web", "--for=condition=Ready", "--timeout=50s");
    }

    @AfterAll
    static void stop() throws IOException {
        if (cluster != null) {
            cluster.close();
        }
        if (server != null) {
            server.close();
        }
        if (slapd != null) {
            slapd.close();
        }
    }

    private static String people() {
        String suffix =
                """
                dn: dc=example,dc=org
                objectClass: dcObject
                objectClass: organization
                o: Example
                dc: example

                dn: cn=admin,dc=example,dc=org
                objectClass: organizationalRole
                objectClass: simpleSecurityObject
                cn: admin
                userPassword: %s

                dn: ou=people,dc=example,dc=org
                objectClass: organizationalUnit
                ou: people
                """
                        .formatted(Slapd.ADMIN_PASSWORD);
        String personAndGroup =
                """

                dn: uid=%1$s,ou=people,dc=example,dc=org
                objectClass: inetOrgPerson
                uid: %1$s
                cn: %1$s
                sn: %1$s
                userPassword: %1$s's password

                dn: cn=%2$s,ou=people,dc=example,dc=org
                objectClass: groupOfNames
                cn: %2$s
                member: cn=admin,dc=example,dc=org
                member: uid=%1$s,ou=people,dc=example,dc=org
                """;
        return suffix + personAndGroup.formatted("ann", "devs") + personAndGroup.formatted("bob", "ops");
    }

    static Stream<Path> kubectls() {
        return Stream.of(Parts.kubectl(), Parts.oldKubectl());
    }

    @ParameterizedTest
    @MethodSource("kubectls")
    void readsListsAndLogs(Path kubectl) {
        assertThat(run(kubectl, "get", "pods", "-A")).contains("web", "Running");
        assertThat(run(kubectl, "describe", "pod", "web")).contains(Images.TOOLS);
        assertThat(run(kubectl, "logs", "web")).isEqualTo("here I am\n");
    }

    @ParameterizedTest
    @MethodSource("kubectls")
    void runsACommandInAPodAndBringsItsExitCode(Path kubectl) {
        assertThat(run(kubectl, "exec", "web", "--", "echo", "hello")).isEqualTo("hello\n");
        assertThat(cluster.kubectl(kubectl, kubeconfig, "exec", "web", "--", "sh", "-c", "exit 7")
                        .exitCode())
                .isEqualTo(7);
    }

    @ParameterizedTest
    @MethodSource("kubectls")
    void copiesAFileThereAndBackUnchanged(Path kubectl) throws IOException {
        byte[] content = new byte[MEGABYTES << 20];
        new Random(1).nextBytes(content);
        Path original = Files.write(folder.resolve("original"), content);
        Path copy = folder.resolve("copy");

        run(kubectl, "cp", original.toString(), "default/web:/tmp/copy");
        run(kubectl, "cp", "default/web:/tmp/copy", copy.toString());

        assertThat(Files.mismatch(original, copy)).isEqualTo(-1);
    }

    @ParameterizedTest
    @MethodSource("kubectls")
    void forwardsAPort(Path kubectl) throws Exception {
        int port = freePort();
        try (Running forward = cluster.startKubectl(kubectl, kubeconfig, "port-forward", "pod/web", port + ":8080")) {
            forward.awaitOutput("Forwarding from 127.0.0.1:" + port);

            String page = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                                    .timeout(Duration.ofSeconds(20))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();

            assertThat(page).isEqualTo("a page\n");
        }
    }

    @ParameterizedTest
    @MethodSource("kubectls")
    void appliesAndWatches(Path kubectl) throws IOException {
        String name = "watched-" + kubectl.toString().hashCode();
        Path manifest = Files.writeString(
                folder.resolve("manifest.yaml"),
                "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: " + name + "\ndata:\n  key: first\n");
        try (Running watch = cluster.startKubectl(
                kubectl, kubeconfig, "get", "configmaps", "-w", "-o", "jsonpath={.metadata.name}={.data.key};")) {
            run(kubectl, "apply", "-f", manifest.toString());
            watch.awaitOutput(name + "=first;");
            Files.writeString(manifest, Files.readString(manifest).replace("first", "second"));
            run(kubectl, "apply", "--server-side", "--force-conflicts", "-f", manifest.toString());
            watch.awaitOutput(name + "=second;");
        }
        run(kubectl, "delete", "configmap", name);
    }

    @Test
    void theClusterKnowsTheCallerByHisNameInDrover() {
        String user =
                server.admin().get("/v3/users?me=true").json().at("/data/0/id").asText();

        assertThat(run(Parts.kubectl(), "auth", "whoami", "-o", "jsonpath={.status.userInfo.username}"))
                .isEqualTo(user);
    }

    @Test
    void aRevokedTokenEndsAWatchThatIsOpen() throws IOException {
        Http other = server.with(server.signIn("admin", DroverServer.ADMIN_PASSWORD));
        Path config = cluster.kubeconfig(other);
        String token = Files.readString(config).replaceAll("(?s).*token: \"?([^:\"]+):.*", "$1");
        try (Running watch = cluster.startKubectl(Parts.kubectl(), config, "get", "pods", "-w")) {
            watch.awaitOutput("web");

            assertThat(server.admin().delete("/v3/tokens/" + token).status()).isLessThan(300);

            assertThat(watch.awaitEnd(ENDS_WITHIN)).isNotNegative();
        }
        Result after = cluster.kubectl(Parts.kubectl(), config, "get", "pods");
        assertThat(after.exitCode()).isNotZero();
    }

    static Stream<Revocation> revocations() {
        return Stream.of(
                new Revocation(
                        "the token is revoked",
                        KubectlTest::member,
                        (admin, user) -> admin.delete("/v3/tokens/" + user.tokenName() + "?all=true"),
                        401),
                new Revocation(
                        "all of the user's tokens are revoked",
                        KubectlTest::member,
                        (admin, user) -> admin.post("/v3/tokens?action=revoke", Map.of("userId", user.id())),
                        401),
                new Revocation(
                        "he leaves",
                        KubectlTest::memberWithSession,
                        (admin, user) -> server.with(user.token()).post("/v3/tokens?action=logout", Map.of()),
                        401),
                new Revocation(
                        "his password is set by another",
                        KubectlTest::member,
                        (admin, user) -> admin.post(
                                "/v3/users/" + user.id() + "?action=setpassword",
                                Map.of("newPassword", "another correct horse")),
                        401),
                new Revocation(
                        "he is disabled",
                        KubectlTest::member,
                        (admin, user) -> admin.put("/v3/users/" + user.id(), Map.of("enabled", false)),
                        401),
                new Revocation(
                        "he is deleted",
                        KubectlTest::member,
                        (admin, user) -> admin.delete("/v3/users/" + user.id()),
                        401),
                new Revocation(
                        "he is in his group no more and that is asked for again",
                        (admin, name) -> memberByGroup(admin, "ann", "devs"),
                        (admin, user) -> {
                            slapd.modify("dn: cn=devs," + PEOPLE + "\nchangetype: modify\ndelete: member\n"
                                    + "member: uid=ann," + PEOPLE + "\n");
                            return admin.post("/v3/users/" + user.id() + "?action=refreshauthprovideraccess", Map.of());
                        },
                        403),
                new Revocation(
                        "his provider is disabled",
                        (admin, name) -> memberByGroup(admin, "bob", "ops"),
                        (admin, user) -> admin.post(LDAP + "?action=disable", Map.of()),
                        401));
    }

    /**
     * A way to end what somebody does.
     *
     * @param member makes him
     * @param left status of what he is answered from then on
     */
    private record Revocation(
            String name, BiFunction<Http, String, Member> member, BiFunction<Http, Member, Http.Answer> end, int left) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** Somebody who may do everything in the cluster. */
    private record Member(String id, String token) {
        String tokenName() {
            return token.substring(0, token.indexOf(':'));
        }
    }

    @ParameterizedTest
    @MethodSource("revocations")
    void whateverIsOpenEndsWhen(Revocation revocation) throws Exception {
        Http admin = server.admin();
        Member member = revocation
                .member()
                .apply(admin, "member" + Math.abs(revocation.name().hashCode()));
        Path config = Files.writeString(
                folder.resolve("member.config"),
                Files.readString(kubeconfig).replaceAll("token: \"[^\"]*\"", "token: \"" + member.token() + "\""));
        Http caller = server.with(member.token());
        String version = "/k8s/clusters/" + cluster.id() + "/version";
        String[] sleep = {"exec", "web", "--", "sh", "-c", "echo opened; sleep 600"};
        Wait.until(
                "the member may see pods",
                () -> cluster.kubectl(Parts.kubectl(), config, "get", "pods").exitCode() == 0);
        try (Running watch = cluster.startKubectl(Parts.kubectl(), config, "get", "pods", "-w");
                Running exec = cluster.startKubectl(Parts.kubectl(), config, sleep);
                Running oldExec = cluster.startKubectl(Parts.oldKubectl(), config, sleep)) {
            watch.awaitOutput("web");
            exec.awaitOutput("opened");
            oldExec.awaitOutput("opened");
            Subscriber subscriber = Subscriber.open(
                    server,
                    "/v3/clusters/" + cluster.id() + "/subscribe",
                    Map.of("Authorization", "Bearer " + member.token()));
            Wait.until("the subscriber is told something", subscriber::hasHeard);

            Http.Answer ended = revocation.end().apply(admin, member);
            assertThat(ended.status()).as(ended.body()).isLessThan(300);

            assertThat(watch.awaitEnd(ENDS_WITHIN)).isNotNegative();
            assertThat(exec.awaitEnd(ENDS_WITHIN)).as(exec.output()).isNotZero();
            assertThat(oldExec.awaitEnd(ENDS_WITHIN)).as(oldExec.output()).isNotZero();
            assertThat(subscriber.awaitEnd()).startsWith("1008 ");
        }
        assertThat(caller.get(version).status()).isEqualTo(revocation.left());
        assertThat(caller.get("/v3/clusters/" + cluster.id()).status()).isEqualTo(revocation.left());
    }

    private static Member member(Http admin, String name) {
        return member(admin, name, "kubeconfig_" + cluster.id());
    }

    private static Member memberWithSession(Http admin, String name) {
        return member(admin, name, "json");
    }

    private static Member member(Http admin, String name, String responseType) {
        String password = "a correct horse " + name;
        String id = admin.post("/v3/users", Map.of("username", name, "password", password))
                .json()
                .path("id")
                .asText();
        admin.post("/v3/globalrolebindings", Map.of("globalRoleId", "admin", "userId", id));
        return new Member(id, signIn("localProviders/local", name, password, responseType));
    }

    /** Somebody of the directory, who may because a group of his may. */
    private static Member memberByGroup(Http admin, String name, String group) {
        Map<String, Object> config = new HashMap<>(Map.of("enabled", true, "accessMode", "unrestricted"));
        config.putAll(Map.of("servers", List.of("localhost"), "port", slapd.port(), "userSearchBase", PEOPLE));
        config.put("serviceAccountDistinguishedName", Slapd.ADMIN);
        config.put("serviceAccountPassword", Slapd.ADMIN_PASSWORD);
        Http.Answer put = admin.put(LDAP, config);
        assertThat(put.status()).as(put.body()).isEqualTo(200);
        Wait.until(
                "the directory is offered",
                () -> server.anonymous().get("/v3-public/authProviders").body().contains("openLdapProvider"));
        admin.post(
                "/v3/globalrolebindings",
                Map.of("globalRoleId", "admin", "groupPrincipalId", "openldap_group://cn=" + group + "," + PEOPLE));
        String token = signIn("openLdapProviders/openldap", name, name + "'s password", "kubeconfig_" + cluster.id());
        String id = admin.get("/v3/users?name=" + name).json().at("/data/0/id").asText();
        return new Member(id, token);
    }

    private static String signIn(String provider, String name, String password, String responseType) {
        return server.anonymous()
                .post(
                        "/v3-public/" + provider + "?action=login",
                        Map.of("username", name, "password", password, "responseType", responseType))
                .json()
                .path("token")
                .asText();
    }

    @Test
    void anObjectThatIsNotThereIsTheClustersOwn404() {
        Result result = cluster.kubectl(Parts.kubectl(), kubeconfig, "get", "pod", "nobody");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.output()).contains("pods \"nobody\" not found");
    }

    private static String run(Path kubectl, String... arguments) {
        Result result = cluster.kubectl(kubectl, kubeconfig, arguments);
        assertThat(result.exitCode()).as(result.output()).isZero();
        return result.output();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
