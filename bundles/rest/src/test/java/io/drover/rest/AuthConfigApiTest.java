package io.drover.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.drover.api.model.AuthConfig;
import io.drover.api.plane.Resource;
import io.drover.rest.ApiServer.Answer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Configurations of identity providers, as an administrator's client reads, tries out, applies and disables them. */
class AuthConfigApiTest {

    private static final String SELF = "/v3/directoryConfigs/directory";

    private ApiServer server;

    @BeforeEach
    void start() throws Exception {
        server = new ApiServer();
        server.servlet.addIdentityProvider(new FakeProviders.Directory());
        server.plane
                .objects(AuthConfig.class)
                .create(Resource.named(
                        "directory", new AuthConfig("directoryConfig", false, "unrestricted", List.of(), Map.of())));
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void listsEachAsWhatItIs() throws Exception {
        Answer answer = server.asAdmin("GET", "/v3/authConfigs", null);

        JsonNode config = answer.at("/data/0");
        assertThat(config.path("id").asText()).isEqualTo("directory");
        assertThat(config.path("type").asText()).isEqualTo("directoryConfig");
        assertThat(config.path("baseType").asText()).isEqualTo("authConfig");
        assertThat(config.path("port").asInt()).isEqualTo(389);
        assertThat(config.at("/links/self").asText()).isEqualTo(server.url() + SELF);
        assertThat(config.path("actions").has("testAndApply")).isTrue();
        assertThat(config.path("actions").has("disable"))
                .as("while it is disabled")
                .isFalse();
    }

    @Test
    void storesASecretElsewhereAndNeverTellsIt() throws Exception {
        Answer answer = server.asAdmin(
                "PUT",
                SELF,
                """
                {"host": "directory.example.com", "password": "s3cr3t-canary", "enabled": true, "accessMode": "required"}""");

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.text()).doesNotContain("s3cr3t-canary").doesNotContain("cattle-global-data");
        assertThat(answer.at("/enabled").asBoolean()).isTrue();
        assertThat(server.providers.sealed).containsEntry("directory", "s3cr3t-canary");
        AuthConfig stored = server.plane
                .objects(AuthConfig.class)
                .get("directory")
                .orElseThrow()
                .value();
        assertThat(stored.settings())
                .containsEntry("host", "directory.example.com")
                .containsEntry("password", "cattle-global-data:directoryconfig-password");
        assertThat(stored.accessMode()).isEqualTo("required");
    }

    @Test
    void refusesToEnableWhatCanNotWork() throws Exception {
        Answer answer = server.asAdmin("PUT", SELF, "{\"enabled\": true}");

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.at("/fieldName").asText()).isEqualTo("host");
        assertThat(server.plane
                        .objects(AuthConfig.class)
                        .get("directory")
                        .orElseThrow()
                        .value()
                        .isEnabled())
                .isFalse();
    }

    @Test
    void aTestShowsClaimsPrincipalAndGroupsAndSavesNothing() throws Exception {
        Answer answer = act(
                "test",
                """
                {"directoryConfig": {"host": "directory.example.com", "password": "x"}, "username": "zoe", "password": "right"}""");

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.at("/claims/uid/0").asText()).isEqualTo("zoe");
        assertThat(answer.at("/principal/principalId").asText()).isEqualTo("directory_user://zoe");
        assertThat(answer.at("/groups/0/principalId").asText()).isEqualTo("directory_group://staff");
        assertThat(answer.text()).doesNotContain("keepsake");
        assertThat(server.providers.linked).isEmpty();
        assertThat(server.providers.sealed).isEmpty();
        assertThat(server.plane
                        .objects(AuthConfig.class)
                        .get("directory")
                        .orElseThrow()
                        .value()
                        .settings())
                .isEmpty();
    }

    @Test
    void applyingLinksWhoeverAppliesAndLetsHimIn() throws Exception {
        Answer answer = act(
                "testAndApply",
                """
                {"directoryConfig": {"host": "directory.example.com", "password": "x", "accessMode": "required"},
                 "username": "zoe", "password": "right"}""");

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.at("/enabled").asBoolean()).isTrue();
        assertThat(server.providers.linked).containsEntry("directory_user://zoe", ApiServer.ADMIN);
        assertThat(answer.at("/allowedPrincipalIds/0").asText()).isEqualTo("directory_user://zoe");
        assertThat(answer.at("/actions").has("disable")).isTrue();

        assertThat(act("disable", "{}").status()).isEqualTo(200);
        assertThat(server.asAdmin("GET", SELF, null).at("/enabled").asBoolean()).isFalse();
    }

    @Test
    void nothingIsAppliedWhenNobodyCanSignIn() throws Exception {
        Answer answer = act(
                "testAndApply",
                """
                {"directoryConfig": {"host": "directory.example.com", "password": "x"}, "username": "zoe", "password": "wrong"}""");

        assertThat(answer.status()).isEqualTo(422);
        assertThat(server.asAdmin("GET", SELF, null).at("/enabled").asBoolean()).isFalse();
    }

    @Test
    void whoManagesNothingSeesAndTriesNothing() throws Exception {
        server.user("u-jo", "jo", "Jo");

        assertThat(server.as("u-jo", "GET", SELF, null).status()).isEqualTo(403);
        assertThat(server.as("u-jo", "PUT", SELF, "{\"enabled\": true}").status())
                .isEqualTo(403);
        assertThat(server.as("u-jo", "POST", SELF + "?action=test", "{}").status())
                .isBetween(400, 499);
        assertThat(server.as("u-jo", "GET", "/v3/authConfigs", null).at("/data"))
                .isEmpty();
    }

    @Test
    void aConfigurationWhosePluginIsAwayIsShownByWhatAllHave() throws Exception {
        server.servlet.removeIdentityProvider(new FakeProviders.Directory());

        assertThat(server.asAdmin("GET", SELF, null).status()).isEqualTo(404);
        assertThat(server.asAdmin("GET", "/v3/authConfigs/directory", null)
                        .at("/enabled")
                        .isBoolean())
                .isTrue();
    }

    @Test
    void aSearchFindsWhomTheProvidersKnow() throws Exception {
        Answer answer = server.asAdmin(
                "POST", "/v3/principals?action=search", "{\"name\": \"sta\", \"principalType\": \"group\"}");

        assertThat(answer.at("/data/0/id").asText()).isEqualTo("directory_group://staff");
        assertThat(answer.at("/data/0/principalType").asText()).isEqualTo("group");
        assertThat(server.asAdmin("GET", "/v3/principals/directory_user:%2F%2Fzoe", null)
                        .at("/name")
                        .asText())
                .isEqualTo("Zoe");
    }

    @Test
    void groupsAreAskedForAgainOnRequest() throws Exception {
        server.user("u-jo", "jo", "Jo");

        assertThat(server.asAdmin("POST", "/v3/users/u-jo?action=refreshauthprovideraccess", "{}")
                        .status())
                .isEqualTo(200);
        assertThat(server.asAdmin("POST", "/v3/users?action=refreshauthprovideraccess", "{}")
                        .status())
                .isEqualTo(200);
        assertThat(server.as("u-jo", "POST", "/v3/users?action=refreshauthprovideraccess", "{}")
                        .status())
                .isBetween(400, 499);
        assertThat(server.providers.refreshed).containsExactly("u-jo", "all");
    }

    private Answer act(String action, String body) throws Exception {
        return server.asAdmin("POST", SELF + "?action=" + action, body);
    }
}
