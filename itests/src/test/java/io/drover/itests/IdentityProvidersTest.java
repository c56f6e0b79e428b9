package io.drover.itests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drover.testbed.GitHubServer;
import io.drover.testbed.Need;
import io.drover.testbed.Needs;
import io.drover.testbed.OpenIdProvider;
import io.drover.testbed.Slapd;
import java.io.IOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An administrator configures providers on the assembled server, and people sign in through real ones. */
@Needs(Need.SLAPD)
class IdentityProvidersTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PEOPLE = "ou=people," + Slapd.SUFFIX;
    private static final String LDAP = "/v3/openLdapConfigs/openldap";
    private static final String OIDC = "/v3/oidcConfigs/oidc";
    private static final String OIDC_SIGN_IN = "/v3-public/oidcProviders/oidc";
    private static final String GITHUB = "/v3-public/githubProviders/github";

    private static DroverServer server;
    private static Http admin;
    private static Slapd slapd;
    private static URI back;
    private static OpenIdProvider openId;

    @BeforeAll
    static void start() throws IOException {
        slapd = Slapd.start(
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
                userPassword: directory-canary

                dn: ou=people,dc=example,dc=org
                objectClass: organizationalUnit
                ou: people

                dn: uid=ann,ou=people,dc=example,dc=org
                objectClass: inetOrgPerson
                uid: ann
                cn: Ann Archer
                sn: Archer
                userPassword: ann's password

                dn: cn=staff,ou=people,dc=example,dc=org
                objectClass: groupOfNames
                cn: staff
                member: uid=ann,ou=people,dc=example,dc=org
                """);
        server = DroverServer.start();
        back = server.url().resolve("/verify-auth");
        openId = OpenIdProvider.start(
                back, Optional.of(server.url().resolve("/v3-public/oidcProviders/oidc?action=backchannellogout")));
        admin = server.admin();
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
        openId.close();
        slapd.close();
    }

    @Test
    void everyProviderThatIsInstalledCanBeConfigured() {
        TreeSet<String> types = new TreeSet<>();
        admin.get("/v3/authConfigs")
                .json()
                .path("data")
                .forEach(config -> types.add(config.path("type").asText()));

        assertThat(types)
                .contains(
                        "activeDirectoryConfig",
                        "freeIpaConfig",
                        "githubConfig",
                        "keyCloakOIDCConfig",
                        "localConfig",
                        "oidcConfig",
                        "openLdapConfig");
    }

    @Test
    void aDirectoryIsTriedOutAppliedUsedAndDisabled() throws Exception {
        Map<String, Object> config = Map.of(
                "servers",
                List.of("localhost"),
                "port",
                slapd.port(),
                "starttls",
                true,
                "certificate",
                slapd.authority(),
                "serviceAccountDistinguishedName",
                Slapd.ADMIN,
                "serviceAccountPassword",
                Slapd.ADMIN_PASSWORD,
                "userSearchBase",
                PEOPLE,
                "accessMode",
                "unrestricted");
        Map<String, Object> input = new HashMap<>(Map.of("ldapConfig", config));
        input.put("username", "ann");
        input.put("password", "ann's password");

        JsonNode tested = admin.post(LDAP + "?action=test", input).json();
        assertThat(tested.at("/claims/uid/0").asText()).as(tested.toString()).isEqualTo("ann");
        assertThat(tested.at("/groups/0/principalId").asText()).isEqualTo("openldap_group://cn=staff," + PEOPLE);

        Map<String, Object> applied = new HashMap<>(config);
        applied.put("enabled", true);
        Http.Answer put = admin.put(LDAP, applied);
        assertThat(put.status()).as(put.body()).isEqualTo(200);
        assertThat(put.body()).doesNotContain("canary");
        Wait.until(
                "it is offered",
                () -> server.anonymous().get("/v3-public/authProviders").body().contains("openLdapProvider"));

        Http.Answer wrong = signIn("openLdapProviders/openldap", Map.of("username", "ann", "password", "wrong"));
        assertThat(wrong.status()).isEqualTo(401);
        Http.Answer right =
                signIn("openLdapProviders/openldap", Map.of("username", "ann", "password", "ann's password"));
        assertThat(right.status()).as(right.body()).isEqualTo(201);
        Http ann = server.with(right.json().path("token").asText());
        assertThat(ann.get("/v3/users?me=true").json().at("/data/0/name").asText())
                .isEqualTo("Ann Archer");
        assertThat(ann.get("/v3/principals").body()).contains("openldap_group://cn=staff," + PEOPLE);
        assertThat(admin.post("/v3/principals?action=search", Map.of("name", "sta", "principalType", "group"))
                        .json()
                        .at("/data/0/name")
                        .asText())
                .isEqualTo("staff");

        assertThat(admin.post(LDAP + "?action=disable", Map.of()).status()).isEqualTo(200);
        Wait.until("her token ends", () -> ann.get("/v3/users?me=true").status() == 401);
        assertThat(FileSearch.containing(server.data(), Slapd.ADMIN_PASSWORD)).isEmpty();
    }

    @Test
    void somebodySignsInAtAnOpenIdProviderInTheBrowserThatBegan() throws Exception {
        Map<String, Object> config = new HashMap<>(configuration(openId, back));
        config.putAll(
                Map.of("accessMode", "required", "allowedPrincipalIds", List.of("oidc_group://devs"), "enabled", true));
        Http.Answer put = admin.put(OIDC, config);
        assertThat(put.status()).as(put.body()).isEqualTo(200);
        Wait.until(
                "it is offered",
                () -> server.anonymous().get("/v3-public/authProviders").body().contains("oidcProvider"));
        HttpClient browser = browser();
        HttpClient anotherBrowser = browser();

        Map<String, String> bob = codeFor(browser, "bob+devs");
        assertThat(post(anotherBrowser, bob).statusCode())
                .as("in another browser")
                .isEqualTo(401);
        HttpResponse<String> signedIn = post(browser, bob);
        assertThat(signedIn.statusCode()).as(signedIn.body()).isEqualTo(201);
        assertThat(post(browser, bob).statusCode()).as("replayed").isEqualTo(401);
        assertThat(post(browser, codeFor(browser, "eve")).statusCode())
                .as("in no group that may")
                .isEqualTo(403);

        Http known = server.with(JSON.readTree(signedIn.body()).path("token").asText());
        assertThat(known.get("/v3/users?me=true").json().at("/data/0/name").asText())
                .isEqualTo("BOB");
        assertThat(known.get("/v3/principals").body()).contains("oidc_group://devs");
        assertThat(FileSearch.containing(server.data(), OpenIdProvider.CLIENT_SECRET))
                .isEmpty();

        HttpResponse<String> elsewhere = post(anotherBrowser, codeFor(anotherBrowser, "bob+devs+night"));
        assertThat(elsewhere.statusCode()).as(elsewhere.body()).isEqualTo(201);
        openId.signOut("bob+devs");
        Wait.until(
                "the session ends here too",
                () -> known.get("/v3/users?me=true").status() == 401);
        assertThat(server.with(JSON.readTree(elsewhere.body()).path("token").asText())
                        .get("/v3/users?me=true")
                        .status())
                .as("somebody else's session")
                .isEqualTo(200);
    }

    @Test
    void aProgramGetsItsTokenBySomebodyOfGitHub() throws Exception {
        try (GitHubServer github = GitHubServer.start(back)) {
            Http.Answer put = admin.put(
                    "/v3/githubConfigs/github",
                    Map.of(
                            "hostname",
                            github.host(),
                            "tls",
                            false,
                            "clientId",
                            GitHubServer.CLIENT,
                            "clientSecret",
                            GitHubServer.SECRET,
                            "accessMode",
                            "unrestricted",
                            "enabled",
                            true));
            assertThat(put.status()).as(put.body()).isEqualTo(200);
            Wait.until("it is offered", () -> server.anonymous()
                    .get("/v3-public/authProviders")
                    .body()
                    .contains("githubProvider"));
            KeyPair keys = SealedTokens.newKeys();
            JsonNode waiting = server.anonymous()
                    .post("/v3-public/authTokens", Map.of("publicKey", SealedTokens.shown(keys)))
                    .json();
            HttpClient browser = browser();

            // when he is sent to GitHub, says yes there, and is sent back to the page
            URI there = URI.create(get(browser, GITHUB).path("redirectUrl").asText());
            URI returned = github.agree(there);
            HttpResponse<String> page =
                    browser.send(HttpRequest.newBuilder(returned).build(), BodyHandlers.ofString());
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body()).contains("/v3-public/sign-in.js");
            assertThat(page.headers().firstValue("Content-Security-Policy")).isPresent();
            Map<String, String> answer = new HashMap<>(GitHubServer.form(returned.getRawQuery()));
            answer.put("userCode", waiting.path("userCode").asText());

            assertThat(post(browser(), GITHUB, answer).statusCode())
                    .as("in another browser")
                    .isEqualTo(401);
            HttpResponse<String> signedIn = post(browser, GITHUB, answer);
            assertThat(signedIn.statusCode()).as(signedIn.body()).isEqualTo(200);

            // then the program alone can read its token
            String id = waiting.path("id").asText();
            assertThat(signedIn.body()).doesNotContain(id);
            String token = SealedTokens.await(server, id, keys);
            assertThat(server.with(token)
                            .get("/v3/users?me=true")
                            .json()
                            .at("/data/0/name")
                            .asText())
                    .isEqualTo("Octo Cat");
            assertThat(post(browser, GITHUB, answer).statusCode())
                    .as("the code is used up")
                    .isEqualTo(404);
        }
    }

    /** What an administrator says of this provider. */
    static Map<String, Object> configuration(OpenIdProvider provider, URI back) {
        return Map.of(
                "issuer",
                provider.issuer().toString(),
                "authEndpoint",
                provider.authorization().toString(),
                "clientId",
                OpenIdProvider.CLIENT,
                "clientSecret",
                OpenIdProvider.CLIENT_SECRET,
                "rancherUrl",
                back.toString(),
                "scope",
                "openid profile groups");
    }

    private static Http.Answer signIn(String provider, Map<String, String> credentials) {
        return server.anonymous().post("/v3-public/" + provider + "?action=login", credentials);
    }

    private static HttpClient browser() {
        return HttpClient.newBuilder()
                .sslContext(Http.trustsAnyone())
                .cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ALL))
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    /** Goes where the server says, signs in there, and comes back with what the provider sends along. */
    private static Map<String, String> codeFor(HttpClient browser, String name) throws Exception {
        JsonNode provider = get(browser, OIDC_SIGN_IN);
        URI returned = openId.signIn(URI.create(provider.path("redirectUrl").asText()), name);
        Map<String, String> fields = new HashMap<>();
        for (String pair : returned.getRawQuery().split("&")) {
            String[] parts = pair.split("=", 2);
            fields.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return Map.of("code", fields.get("code"), "state", fields.get("state"));
    }

    private static JsonNode get(HttpClient browser, String path) throws Exception {
        HttpRequest ask = HttpRequest.newBuilder(server.url().resolve(path)).build();
        return JSON.readTree(browser.send(ask, BodyHandlers.ofString()).body());
    }

    private static HttpResponse<String> post(HttpClient browser, Map<String, String> body) throws Exception {
        return post(browser, OIDC_SIGN_IN, body);
    }

    private static HttpResponse<String> post(HttpClient browser, String provider, Map<String, String> body)
            throws Exception {
        return browser.send(
                HttpRequest.newBuilder(server.url().resolve(provider + "?action=login"))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(JSON.writeValueAsString(body)))
                        .build(),
                BodyHandlers.ofString());
    }
}
