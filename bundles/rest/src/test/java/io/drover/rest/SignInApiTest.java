package io.drover.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.drover.api.auth.SignIns.TokenRequest;
import io.drover.api.model.GlobalRoleBinding;
import io.drover.api.model.Token;
import io.drover.api.model.Token.TokenPrincipal;
import io.drover.api.model.Token.TokenPrincipal.PrincipalMeta;
import io.drover.api.model.User;
import io.drover.api.model.UserAttribute;
import io.drover.api.model.UserAttribute.Principals;
import io.drover.api.plane.Resource;
import io.drover.rest.ApiServer.Answer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Users, tokens, passwords and second factors under {@code /v3}. */
class SignInApiTest {

    private static final String JO = "u-plain";
    private static final String PASSWORD = "correct-horse-battery";
    private static final String[] BROWSER = {"User-Agent", "Mozilla/5.0", "Accept", "text/html, */*"};
    private ApiServer server;

    @BeforeEach
    void start() throws Exception {
        server = new ApiServer();
        server.user(JO, "jo", "Jo");
        server.signIns.givePassword(JO, PASSWORD);
        server.signIns.issue(JO, request());
        server.signIns.issue(ApiServer.ADMIN, request());
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    // --- tokens

    @Test
    void whoManagesTokensSeesAndRevokesThoseOfOthersWhenHeAsksForAll() throws Exception {
        assertThat(server.asAdmin("GET", "/v3/tokens", null).at("/data")).hasSize(1);
        assertThat(server.asAdmin("GET", "/v3/tokens?all=true", null).at("/data"))
                .hasSize(2);
        assertThat(server.as(JO, "GET", "/v3/tokens?all=true", null).at("/data"))
                .hasSize(1);

        assertThat(server.asAdmin("DELETE", "/v3/tokens/token-1", null).status())
                .isEqualTo(404);
        assertThat(server.as(JO, "DELETE", "/v3/tokens/token-2?all=true", null).status())
                .isEqualTo(404);
        assertThat(server.asAdmin("DELETE", "/v3/tokens/token-1?all=true", null).status())
                .isEqualTo(204);
        assertThat(server.as(JO, "GET", "/v3/tokens", null).at("/data")).isEmpty();
    }

    @Test
    void everybodyRevokesHisOwnTokensAndOnlyManagersThoseOfOthers() throws Exception {
        Answer own = server.as(JO, "POST", "/v3/tokens?action=revoke", "{}");
        assertThat(own.status()).isEqualTo(200);
        assertThat(own.at("/tokens/0").asText()).isEqualTo("token-1");

        for (String body : List.of("{\"userId\":\"*\"}", "{\"userId\":\"" + ApiServer.ADMIN + "\"}")) {
            assertThat(server.as(JO, "POST", "/v3/tokens?action=revoke", body).status())
                    .isEqualTo(403);
        }
        assertThat(server.sessions.asked).hasSize(1);
        Answer all = server.asAdmin(
                "POST",
                "/v3/tokens?action=revoke",
                "{\"userId\":\"*\",\"createdBefore\":\"2026-05-01T12:00:00Z\",\"sessionsOnly\":true}");
        assertThat(all.status()).isEqualTo(200);
        assertThat(server.sessions.asked.get(1).userId()).isEmpty();
        assertThat(server.sessions.asked.get(1).signedInOnly()).isTrue();
        assertThat(server.sessions.asked.get(1).madeBefore()).hasToString("Optional[2026-05-01T12:00:00Z]");
        assertThat(server.sessions.asked.get(1).except()).contains(ApiServer.ADMIN_TOKEN);
    }

    @Test
    void revokesNothingWhenTheTimeCantBeRead() throws Exception {
        Answer answer = server.asAdmin(
                "POST", "/v3/tokens?action=revoke", "{\"userId\":\"*\",\"createdBefore\":\"last week\"}");

        assertThat(answer.status()).isEqualTo(422);
        assertThat(server.sessions.asked).isEmpty();
        assertThat(server.plane.objects(Token.class).list()).hasSize(2);
    }

    @Test
    void leavingEverywhereEndsAllSessionsAndTakesTheCookies() throws Exception {
        Answer answer = server.as(JO, "POST", "/v3/tokens?action=logoutAll", null);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(server.sessions.asked)
                .singleElement()
                .matches(which -> which.signedInOnly() && which.userId().equals(java.util.Optional.of(JO)));
        assertThat(answer.response().headers().allValues("Set-Cookie"))
                .hasSize(2)
                .allMatch(cookie -> cookie.contains("Max-Age=0") && cookie.contains("HttpOnly"));
    }

    // --- browsers

    @Test
    void aBrowserRepeatsTheCookieThatItWasGiven() throws Exception {
        Answer page = server.as(JO, "GET", "/v3/users", null, BROWSER);
        String cookie = page.header("Set-Cookie").orElseThrow();
        assertThat(cookie).matches("CSRF=[0-9a-f]{32}; Path=/; Secure; SameSite=Lax");
        String value = cookie.substring("CSRF=".length(), cookie.indexOf(';'));

        assertRefused(browser("POST", "/v3/tokens?action=logout"));
        assertRefused(browser("POST", "/v3/tokens?action=logout", "Cookie", "CSRF=" + value));
        assertRefused(browser("POST", "/v3/tokens?action=logout", "Cookie", "CSRF=" + value, "X-API-CSRF", "other"));
        assertRefused(browser("POST", "/v3/tokens?action=logout", "Cookie", "CSRF=", "X-API-CSRF", ""));
        assertRefused(browser("GET", "/v3/tokens/token-1?_method=DELETE"));
        assertRefused(browser("POST", "/v3-public/localProviders/local?action=login"));
        assertThat(browser("POST", "/v3/tokens?action=logout&CSRF=" + value, "Cookie", "CSRF=" + value)
                        .status())
                .isEqualTo(200);
        assertThat(browser("POST", "/v3/tokens?action=logout", "Cookie", "CSRF=" + value, "X-API-CSRF", value)
                        .status())
                .isEqualTo(200);
        assertThat(browser("GET", "/v3/users", "Cookie", "CSRF=" + value).header("Set-Cookie"))
                .as("it has one already")
                .isEmpty();
    }

    @Test
    void nobodyButBrowsersIsAskedForACookie() throws Exception {
        assertThat(server.as(JO, "GET", "/v3/users", null).header("Set-Cookie")).isEmpty();
        assertThat(server.as(JO, "POST", "/v3/tokens?action=logout", null).status())
                .isEqualTo(200);
    }

    @Test
    void theSessionCookieIsForThisSiteAndNoScript() throws Exception {
        Answer answer = server.as(
                "",
                "POST",
                "/v3-public/localProviders/local?action=login",
                "{\"username\":\"jo\",\"password\":\"" + PASSWORD + "\",\"responseType\":\"cookie\"}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Set-Cookie").orElseThrow())
                .matches("R_SESS=token-[^;]+; Path=/; HttpOnly; Secure; SameSite=Lax");
        assertThat(answer.text()).isEmpty();
    }

    // --- names

    @ParameterizedTest
    @ValueSource(
            strings = {
                "JO",
                "\uff4a\uff4f",
                "j\u200bo",
                "jo\u202e",
                "j o",
                "jo\u00a0",
                "a/b",
                "system:admin",
                "p\u0430ul",
                "u-plain",
                "U-PLAIN",
                "\u0000",
                "admi\u0307n",
                "adm\u0131n",
                "ADM\u0130N",
                "\u24d0dmin",
                "j\u034fo",
                "jo\ufe0f",
                "\u3164",
                "\u2800",
                "\u0301jo"
            })
    void aUserNameThatCouldBeTakenForAnotherIsRefused(String name) throws Exception {
        String json = new com.fasterxml.jackson.databind.ObjectMapper()
                .writeValueAsString(Map.of("username", name, "password", PASSWORD));

        Answer answer = server.asAdmin("POST", "/v3/users", json);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.at("/fieldName").asText()).isEqualTo("username");
        assertThat(server.plane.objects(User.class).list()).hasSize(2);
    }

    @Test
    void aNameIsKeptInTheFormThatEveryKeyboardMakes() throws Exception {
        Answer answer =
                server.asAdmin("POST", "/v3/users", "{\"username\":\"rene\u0301\",\"password\":\"" + PASSWORD + "\"}");

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.at("/username").asText()).isEqualTo("ren\u00e9");
        assertThat(server.asAdmin("POST", "/v3/users", "{\"username\":\"ren\u00e9\",\"password\":\"" + PASSWORD + "\"}")
                        .at("/code")
                        .asText())
                .isEqualTo("NotUnique");
    }

    @Test
    void ofManyWhoWantOneNameAtTheSameTimeAtMostOneGetsIt() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        Callable<Integer> create =
                () -> server.asAdmin("POST", "/v3/users", "{\"username\":\"same\",\"password\":\"" + PASSWORD + "\"}")
                        .status();
        for (Future<Integer> answer : threads.invokeAll(java.util.Collections.nCopies(16, create))) {
            assertThat(answer.get()).isIn(201, 422);
        }
        threads.shutdownNow();

        assertThat(server.plane.objects(User.class).list())
                .filteredOn(user -> "same".equals(user.value().username()))
                .hasSizeLessThanOrEqualTo(1);
    }

    // --- bad input

    static Stream<Arguments> badSignIns() {
        String local = "/v3-public/localProviders/local?action=login";
        return Stream.of(
                Arguments.of(
                        local,
                        "{\"username\":\"jo\",\"password\":\"" + "x".repeat(1 << 20) + "\"}",
                        401,
                        "Unauthorized"),
                Arguments.of(
                        local,
                        "{\"username\":\"" + "j".repeat(1 << 20) + "\",\"password\":\"x\"}",
                        401,
                        "Unauthorized"),
                Arguments.of(local, "{\"username\":\"j\\u0000o\",\"password\":\"\u202e\"}", 401, "Unauthorized"),
                Arguments.of(local, "{\"username\":{\"a\":1},\"password\":[1]}", 401, "Unauthorized"),
                Arguments.of(local, "{\"username\":null,\"password\":7}", 401, "Unauthorized"),
                Arguments.of(local, "{}", 401, "Unauthorized"),
                Arguments.of(local, "[]", 422, "InvalidBodyContent"),
                Arguments.of(local, "{\"username\":", 422, "InvalidBodyContent"),
                Arguments.of("/v3-public/localProviders/local?action=none", "{}", 422, "InvalidAction"),
                Arguments.of("/v3-public/localProviders/local", "{}", 405, "MethodNotAllow"),
                Arguments.of("/v3-public/localProviders/another?action=login", "{}", 404, "NotFound"),
                Arguments.of("/v3-public/noneProviders/none?action=login", "{}", 404, "NotFound"));
    }

    @ParameterizedTest
    @MethodSource("badSignIns")
    void whatIsNoSignInIsAnsweredWithItsCodeAndNoTrace(String path, String body, int status, String code)
            throws Exception {
        Answer answer = server.as("", "POST", path, body);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.at("/code").asText()).isEqualTo(code);
        assertThat(answer.text())
                .doesNotContain("Exception")
                .doesNotContain("\tat ")
                .hasSizeLessThan(1000);
        assertThat(server.plane.objects(Token.class).list())
                .as("those that were there before")
                .hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5000, 1 << 20})
    void aUserWhosePasswordCanNotBeIsNotMade(int length) throws Exception {
        Answer answer = server.asAdmin(
                "POST", "/v3/users", "{\"username\":\"new\",\"password\":\"" + "x".repeat(length) + "\"}");

        assertThat(answer.status()).isEqualTo(422);
        assertThat(server.plane.objects(User.class).list()).hasSize(2);
    }

    // --- passwords and second factors

    @Test
    void nobodyTakesOverSomebodyWhoMayMoreThanHe() throws Exception {
        server.globalRole("admin", Map.of("rules", List.of(rule("*", "*"))));
        server.plane
                .objects(GlobalRoleBinding.class)
                .create(Resource.named("grb-admin", new GlobalRoleBinding("admin", ApiServer.ADMIN, null)));
        server.user("u-help", "help", "Help desk");
        server.authorizer.grant("u-help", question -> question.resource().equals("users"));

        Answer admin = server.as(
                "u-help",
                "POST",
                "/v3/users/" + ApiServer.ADMIN + "?action=setpassword",
                "{\"newPassword\":\"" + PASSWORD + "\"}");
        Answer jo = server.as(
                "u-help", "POST", "/v3/users/" + JO + "?action=setpassword", "{\"newPassword\":\"" + PASSWORD + "\"}");

        assertThat(admin.status()).isEqualTo(403);
        assertThat(jo.status()).isEqualTo(200);
    }

    @Test
    void nobodyTakesOverSomebodyWhomAGroupOfAProviderLetsDoMore() throws Exception {
        server.globalRole("admin", Map.of("rules", List.of(rule("*", "*"))));
        server.plane
                .objects(GlobalRoleBinding.class)
                .create(Resource.named(
                        "grb-group", new GlobalRoleBinding("admin", null, "openldap_group://cn=admins")));
        TokenPrincipal group = new TokenPrincipal(
                new PrincipalMeta("openldap_group://cn=admins"), "Admins", "", "group", null, "openldap");
        server.plane
                .objects(UserAttribute.class)
                .create(Resource.named(
                        JO,
                        new UserAttribute(
                                "", Map.of("openldap", new Principals(List.of(group))), "", false, Map.of())));
        server.user("u-help", "help", "Help desk");
        server.authorizer.grant("u-help", question -> question.resource().equals("users"));

        assertThat(server.as(
                                "u-help",
                                "POST",
                                "/v3/users/" + JO + "?action=setpassword",
                                "{\"newPassword\":\"" + PASSWORD + "\"}")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void aSecondFactorIsEnrolledByItsOwnerAndResetByAManager() throws Exception {
        Answer enrolment = server.as(JO, "POST", "/v3/users?action=enrolmfa", null);
        assertThat(enrolment.status()).isEqualTo(200);
        assertThat(enrolment.at("/uri").asText()).startsWith("otpauth://totp/");
        assertThat(server.as(JO, "POST", "/v3/users?action=confirmmfa", "{\"code\":\"000000\"}")
                        .status())
                .isEqualTo(422);
        JsonNode codes = server.as(JO, "POST", "/v3/users?action=confirmmfa", "{\"code\":\"123456\"}")
                .at("/codes");
        assertThat(codes).hasSize(2);

        Answer user = server.asAdmin("GET", "/v3/users/" + JO, null);
        assertThat(user.at("/labels/authn.management.cattle.io~1second-factor").asText())
                .isEqualTo("totp");
        assertThat(user.at("/actions").has("resetmfa")).isTrue();
        assertThat(server.as(JO, "POST", "/v3/users/" + JO + "?action=resetmfa", null)
                        .status())
                .isEqualTo(422);
        Answer reset = server.asAdmin("POST", "/v3/users/" + JO + "?action=resetmfa", null);
        assertThat(reset.status()).isEqualTo(200);
        assertThat(server.secondFactor.isEnrolled(JO)).isFalse();
        assertThat(reset.at("/actions").has("resetmfa")).isFalse();
    }

    @Test
    void aKubeconfigNamesACommandWhenItShallHoldNoToken() throws Exception {
        server.setting("kubeconfig-generate-token", "false");
        String cluster = server.asAdmin("POST", "/v3/clusters", "{\"name\":\"lab\"}")
                .at("/id")
                .asText();

        String config = server.asAdmin("POST", "/v3/clusters/" + cluster + "?action=generateKubeconfig", null)
                .at("/config")
                .asText();

        assertThat(config)
                .contains("command: \"drover-token\"")
                .contains("- \"token\"\n", "- \"--cluster=" + cluster + "\"\n", "- \"--user=lab\"\n")
                .doesNotContain("token: \"");
        assertThat(server.plane.objects(Token.class).list()).hasSize(2);
    }

    private Answer browser(String method, String path, String... headers) throws Exception {
        String[] all = java.util.stream.Stream.concat(
                        java.util.Arrays.stream(BROWSER), java.util.Arrays.stream(headers))
                .toArray(String[]::new);
        return server.as(JO, method, path, method.equals("GET") ? null : "", all);
    }

    private static void assertRefused(Answer answer) {
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.text()).contains("InvalidCSRFToken");
    }

    private static Map<String, Object> rule(String verb, String resource) {
        return Map.of("apiGroups", List.of("*"), "resources", List.of(resource), "verbs", List.of(verb));
    }

    private static TokenRequest request() {
        return new TokenRequest("session", "", Duration.ZERO, "", false);
    }
}
