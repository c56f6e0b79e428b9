package io.drover.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.drover.api.audit.AuditedCall;
import io.drover.api.auth.Decision;
import io.drover.api.model.AuthConfig;
import io.drover.api.plane.Resource;
import io.drover.rest.ApiServer.Answer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the audit is told of calls of the API: by which right, and what they changed. */
class AuditedCallsTest {

    private static final String JO = "u-jo";

    private ApiServer server;
    private Told told;

    @BeforeEach
    void start() throws Exception {
        server = new ApiServer();
        server.user(JO, "jo", "Jo Doe");
        server.signIns.givePassword(JO, "a long password");
        told = new Told();
        server.audited = told;
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void aDeletionTellsWhatIsGoneAndByWhichRight() throws Exception {
        assertThat(server.asAdmin("DELETE", "/v3/users/" + JO, null).status()).isEqualTo(204);

        assertThat(told.before.get().path("username").asText()).isEqualTo("jo");
        assertThat(told.after.get()).isNull();
        assertThat(told.decision.allowed()).isTrue();
        assertThat(told.decision.reason()).startsWith("a role allows to delete");
    }

    @Test
    void anActionTellsWhatItChangedAndByWhichRight() throws Exception {
        server.servlet.addIdentityProvider(new FakeProviders.Directory());
        server.plane
                .objects(AuthConfig.class)
                .create(Resource.named(
                        "directory", new AuthConfig("directoryConfig", true, "unrestricted", List.of(), Map.of())));

        assertThat(server.asAdmin("POST", "/v3/directoryConfigs/directory?action=disable", "{}")
                        .status())
                .isEqualTo(200);

        assertThat(told.before.get().path("enabled").asBoolean()).isTrue();
        assertThat(told.after.get().path("enabled").asBoolean()).isFalse();
        assertThat(told.decision.reason()).startsWith("a role allows to update");
    }

    @Test
    void anActionThatIsDeniedTellsWhatWasMissing() throws Exception {
        server.authorizer.grant(JO, question -> question.verb().equals("get"));

        assertThat(server.as(JO, "POST", "/v3/users/" + ApiServer.ADMIN + "?action=setpassword", "{}")
                        .status())
                .isEqualTo(422);

        assertThat(told.decision.allowed()).isFalse();
        assertThat(told.before).isNull();
    }

    @Test
    void anActionOfTheCollectionTellsWhatItChangedOfOnesOwn() throws Exception {
        Answer made = server.as(JO, "POST", "/v3/tokens", "{\"description\":\"mine\"}");
        String name = made.at("/id").asText();
        told.before = null;

        assertThat(server.as(JO, "POST", "/v3/tokens?action=revoke", "{}").status())
                .isEqualTo(200);

        assertThat(told.before.get().at("/metadata/name").asText()).isEqualTo(name);
        assertThat(told.after.get()).isNull();
    }

    @Test
    void anActionTellsWhichFieldsHoldSecretsAlsoWhenItIsRefused() throws Exception {
        server.as(JO, "POST", "/v3/users?action=confirmmfa", "{\"code\":\"\",\"more\":1}");

        assertThat(told.secretFields).containsExactlyInAnyOrder("code", "codes");
    }

    @Test
    void onesOwnIsToldToBeThat() throws Exception {
        assertThat(server.as(JO, "GET", "/v3/users/" + JO, null).status()).isEqualTo(200);
        assertThat(told.decision.reason()).contains("own");

        assertThat(server.as(JO, "POST", "/v3/tokens", "{\"description\":\"mine\"}")
                        .status())
                .isEqualTo(201);
        assertThat(told.decision.allowed()).isTrue();
    }

    private static final class Told implements AuditedCall {

        volatile Decision decision;
        volatile Supplier<JsonNode> before;
        volatile Supplier<JsonNode> after;
        volatile Set<String> secretFields = Set.of();

        @Override
        public String id() {
            return "a-1";
        }

        @Override
        public void secretFields(Set<String> names) {
            secretFields = names;
        }

        @Override
        public void decided(Decision made) {
            decision = made;
        }

        @Override
        public void changed(Supplier<JsonNode> was, Supplier<JsonNode> is) {
            before = was;
            after = is;
        }
    }
}
