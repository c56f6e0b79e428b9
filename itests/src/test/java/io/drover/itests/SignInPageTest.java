package io.drover.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.testbed.Chromium;
import io.drover.testbed.GitHubServer;
import io.drover.testbed.Need;
import io.drover.testbed.Needs;
import io.drover.testbed.OpenIdProvider;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** People sign in on the page, in a real browser, through every kind of provider: for that browser, and for kubectl's helper. */
@Needs(Need.CHROMIUM)
class SignInPageTest {

    private static final String SIGN_IN = "#sign-in button";

    private static DroverServer server;
    private static OpenIdProvider openId;
    private static GitHubServer github;
    private static Chromium chromium;

    @BeforeAll
    static void start() throws IOException {
        chromium = Chromium.start();
        server = DroverServer.start();
        URI back = server.url().resolve("/verify-auth");
        openId = OpenIdProvider.start(back);
        github = GitHubServer.start(back);
        configure("oidcConfigs/oidc", IdentityProvidersTest.configuration(openId, back));
        configure(
                "githubConfigs/github",
                Map.of(
                        "hostname",
                        github.host(),
                        "tls",
                        false,
                        "clientId",
                        GitHubServer.CLIENT,
                        "clientSecret",
                        GitHubServer.SECRET));
    }

    private static void configure(String config, Map<String, Object> settings) {
        Map<String, Object> enabled = new HashMap<>(settings);
        enabled.put("enabled", true);
        enabled.put("accessMode", "unrestricted");
        Http.Answer put = server.admin().put("/v3/" + config, enabled);
        assertThat(put.status()).as(put.body()).isEqualTo(200);
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
        github.close();
        openId.close();
        chromium.close();
    }

    @Test
    void somebodySignsInWithHisPassword() {
        try (Browser browser = Browser.open(chromium)) {
            browser.go(page("/v3-public/sign-in"));
            browser.choose("select[name=provider]", "local");
            browser.type("input[name=username]", "admin");
            browser.type("input[name=password]", "not this one");
            browser.click(SIGN_IN);
            browser.awaitText("authentication failed");
            browser.clear("input[name=password]");
            browser.type("input[name=password]", DroverServer.ADMIN_PASSWORD);
            browser.click(SIGN_IN);

            awaitSignedIn(browser, "Default Admin");
        }
    }

    @Test
    void somebodySignsInAtAnOpenIdProvider() {
        try (Browser browser = Browser.open(chromium)) {
            browser.go(page("/v3-public/sign-in"));
            browser.choose("select[name=provider]", "oidc");
            browser.click(SIGN_IN);
            signInAtOpenIdProvider(browser, "ann+devs");

            awaitSignedIn(browser, "ANN");
            assertThat(browser.run("return document.cookie").asText())
                    .as("what scripts see of the session")
                    .doesNotContain("R_SESS");
        }
    }

    @Test
    void somebodySaysNoAtTheProviderAndSignsInOtherwise() {
        try (Browser browser = Browser.open(chromium)) {
            browser.go(page("/v3-public/sign-in"));
            browser.choose("select[name=provider]", "oidc");
            browser.click(SIGN_IN);
            browser.click("a[href$='/abort']");
            browser.awaitText("The provider refuses");
            assertThat(browser.address().getPath()).isEqualTo("/v3-public/sign-in");
            assertThat(browser.address().getQuery()).isNull();

            browser.choose("select[name=provider]", "github");
            browser.click(SIGN_IN);
            browser.click("#agree");

            awaitSignedIn(browser, "Octo Cat");
        }
    }

    @Test
    void theWayBackOfSomebodyElsesSignInLeadsNowhere() throws Exception {
        try (Browser attacker = Browser.open(chromium);
                Browser victim = Browser.open(chromium)) {
            attacker.go(page("/v3-public/sign-in"));
            String there = attacker.run("return fetch('/v3-public/githubProviders/github',"
                            + " {headers: {Accept: 'application/json'}}).then(answer => answer.json())")
                    .path("redirectUrl")
                    .asText();
            URI back = github.agree(URI.create(there));

            victim.go(back);
            victim.awaitText("was not begun in this window");

            assertThat(victim.run("return fetch('/v3/users?me=true', {headers: {Accept: 'application/json'}})"
                                    + ".then(answer => answer.status)")
                            .asInt())
                    .isEqualTo(401);
        }
    }

    @Test
    void aProgramElsewhereGetsItsTokenBySomebodyOfGitHub(@TempDir Path home) throws IOException {
        try (Running waiting = helper(home, Map.of(), "--device");
                Browser browser = Browser.open(chromium)) {
            waiting.awaitOutput("Tell it to nobody");
            browser.go(page("/v3-public/device"));
            browser.type("input[name=userCode]", waiting.output().replaceAll("(?s).*the code ([A-Z-]*) there.*", "$1"));
            browser.click("#code button");
            browser.awaitText("at the address 127.0.0.1 asks for access to all clusters");
            browser.choose("select[name=provider]", "github");
            browser.click(SIGN_IN);
            assertThat(browser.address().getPath())
                    .as("nobody is sent away who has not said that the program is his own")
                    .isEqualTo("/v3-public/device");
            browser.click("input[name=own]");
            browser.click(SIGN_IN);
            browser.click("#agree");
            browser.awaitText("Go back to your program");

            assertThat(userOf(waiting)).isEqualTo("Octo Cat");
        }
    }

    @Test
    void aProgramOfTheBrowsersMachineGetsItsTokenBySomebodyOfAnOpenIdProvider(@TempDir Path home) throws IOException {
        Path opener = Files.writeString(home.resolve("xdg-open"), "#!/bin/sh\nexit 0\n");
        Files.setPosixFilePermissions(opener, PosixFilePermissions.fromString("rwx------"));
        Map<String, String> desktop =
                Map.of("DISPLAY", ":0", "PATH", home + File.pathSeparator + System.getenv("PATH"));
        try (Running waiting = helper(home, desktop, "--auth-provider=oidcProvider");
                Browser browser = Browser.open(chromium)) {
            waiting.awaitOutput("provider=oidcProvider\n");
            browser.go(URI.create(waiting.output().replaceAll("(?s).*?(https://\\S+).*", "$1")));
            browser.awaitText("on this computer");
            browser.click(SIGN_IN);
            signInAtOpenIdProvider(browser, "bob+devs");
            browser.awaitText("Go back to your program");

            assertThat(browser.address().getHost()).isEqualTo("127.0.0.1");
            assertThat(userOf(waiting)).isEqualTo("BOB");
        }
    }

    private static URI page(String path) {
        return server.url().resolve(path);
    }

    private static void signInAtOpenIdProvider(Browser browser, String name) {
        browser.type("input[name=login]", name);
        browser.type("input[name=password]", "any");
        browser.click("button[type=submit]");
        browser.awaitText("Continue");
        browser.click("button[type=submit]");
    }

    private static void awaitSignedIn(Browser browser, String name) {
        browser.awaitText("apiRoot");
        assertThat(browser.address().getPath()).isEqualTo("/");
        browser.go(page("/v3/users?me=true"));
        browser.awaitText("\"" + name + "\"");
    }

    private static Running helper(Path home, Map<String, String> more, String... words) throws IOException {
        Path helper = Files.writeString(
                home.resolve("drover-token"),
                server.anonymous().get("/v3-public/drover-token").body());
        String authority = Base64.getEncoder()
                .encodeToString(server.anonymous().get("/cacerts").body().getBytes(StandardCharsets.UTF_8));
        String info = "{\"spec\":{\"cluster\":{\"server\":\"" + server.url()
                + "/k8s/clusters/local\",\"certificate-authority-data\":\"" + authority + "\"}}}";
        Map<String, String> environment = new HashMap<>(
                Map.of("HOME", home.toString(), "XDG_CACHE_HOME", "", "KUBERNETES_EXEC_INFO", info, "NO_PROXY", "*"));
        environment.putAll(more);
        List<String> command = new ArrayList<>(List.of("sh", helper.toString(), "token"));
        command.addAll(List.of(words));
        return Running.start(environment, command);
    }

    /** Whose token the helper printed in the end. */
    private static String userOf(Running helper) {
        assertThat(helper.awaitEnd(Duration.ofSeconds(60))).as(helper.output()).isZero();
        String token = helper.output().replaceAll("(?s).*\"token\":\"([^\"]*)\".*", "$1");
        return server.with(token)
                .get("/v3/users?me=true")
                .json()
                .at("/data/0/name")
                .asText();
    }
}
