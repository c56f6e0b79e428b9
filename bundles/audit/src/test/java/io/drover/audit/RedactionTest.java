package io.drover.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drover.api.kind.Field;
import io.drover.api.kind.Secret;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {

    private static final String CANARY = "CANARY-7f3a";
    private static final String TOKEN = "b2".repeat(27);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Target ANY = Target.of("POST", "/v3/things", "");
    private static final Target SECRETS = Target.of("PUT", "/k8s/clusters/c-1/api/v1/namespaces/x/secrets/s", "");

    private final MarkedSecrets marked = new MarkedSecrets();
    private final Redaction redaction = new Redaction(marked::contains);

    record Herd(String fence, @Field(stored = "gate-latch") @Secret String latch, List<Dog> dogs) {}

    record Dog(@Secret String whistle) {}

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'password':'C'}",
                "{'newPassword':'C'}",
                "{'spec':{'client_secret':'C'}}",
                "{'secretKey':['C',{'deep':'C'}]}",
                "{'apiKey':12345,'api-key':'C'}",
                "{'kind':'Secret','data':{'a':'C'},'stringData':{'b':'C'}}",
                "{'kind':'SecretList','items':[{'data':{'a':'C'}}]}",
                "{'kind':'List','items':[{'kind':'Secret','data':{'a':'C'}}]}",
                "{'kind':'ConfigMap','data':{'a':'C'},'binaryData':{'b':'C'}}",
                "{'metadata':{'annotations':{'kubectl.kubernetes.io/last-applied-configuration':'C'}}}",
                "{'env':[{'name':'DB_PASSWORD','value':'C'}]}",
                "{'text':'Authorization: Bearer CANARY-7f3a-rest'}",
                "{'text':'https://user:CANARY-7f3a@host/x'}",
                "{'config':'users:\\n- user:\\n    token: CANARY-7f3a\\n'}",
                "{'fine':1,'gate-latch':'C'}",
                "{'dogs':[{'whistle':'C'}]}"
            })
    void noSecretIsLeftInABody(String body) throws JsonProcessingException {
        marked.add(Herd.class);

        assertThat(redacted(ANY, body)).doesNotContain(CANARY);
    }

    @Test
    void whatARequestSaysIsSecretInItIsSo() throws JsonProcessingException {
        Redaction strict = redaction.with(Set.of("recovery_codes", "code"));

        assertThat(strict.body(
                                ANY,
                                JSON.readTree("{\"code\":\"" + CANARY + "\",\"recoveryCodes\":[\"" + CANARY + "\"]}"))
                        .toString())
                .doesNotContain(CANARY);
        assertThat(redaction.isSecret("code")).as("elsewhere").isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{'op':'replace','path':'/data/a','value':'C'}]",
                "{'data':{'a':'C'}}",
                "{'metadata':{'name':'s'},'unknown':{'a':['C']}}",
                "{'kind':'Table','rows':[{'object':{'data':{'a':'C'}}}]}"
            })
    void nothingOfASecretsValuesIsLeftWhateverTheFormOfTheRequest(String body) throws JsonProcessingException {
        assertThat(redacted(SECRETS, body)).doesNotContain(CANARY);
    }

    @Test
    void whatIsNoSecretStays() throws JsonProcessingException {
        String body =
                "{'kind':'Pod','metadata':{'name':'web'},'spec':{'secretName':'s','automountServiceAccountToken':true,"
                        + "'env':[{'name':'MODE','value':'fast'}]}}";

        assertThat(redacted(ANY, body))
                .contains("\"secretName\":\"s\"")
                .contains("\"automountServiceAccountToken\":true")
                .contains("\"value\":\"fast\"")
                .doesNotContain(Redaction.GONE);
        assertThat(redacted(SECRETS, "{'kind':'Status','message':'not found'}")).contains("not found");
    }

    @Test
    void ofASignInOnlyWhatIsHarmlessStays() throws JsonProcessingException {
        Target signIn = Target.of("POST", "/v3-public/localProviders/local", "action=login");

        assertThat(redacted(signIn, "{'username':'C','password':'C','code':'C','responseType':'json'}"))
                .doesNotContain(CANARY)
                .contains("\"responseType\":\"json\"");
    }

    @Test
    void noSecretIsLeftInAPathOrQuery() {
        assertThat(Redaction.path("/v3/import/" + TOKEN + "_c-abcde.yaml"))
                .isEqualTo("/v3/import/[redacted]_c-abcde.yaml");
        assertThat(Redaction.path("/v3/import/short-and-wrong")).doesNotContain("short");
        assertThat(Redaction.path("/v3/clusters/" + TOKEN)).doesNotContain(TOKEN);
        assertThat(redaction.query("action=login&token=C&access_token=C&code=C&limit=5&x=kubeconfig-u-1%3A" + TOKEN))
                .isEqualTo(
                        "action=login&token=[redacted]&access_token=[redacted]&code=[redacted]&limit=5&x=[redacted]");
        assertThat(redaction.query("limit=500&continue=abc&watch")).isEqualTo("limit=500&continue=abc&watch");
    }

    @Test
    void tokensJwtsAndKeysAreKnownByTheirLooks() {
        assertThat(Redaction.text("kubeconfig-user-1:" + TOKEN)).isEqualTo("kubeconfig-user-1:[redacted]");
        assertThat(Redaction.text("x eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln y"))
                .isEqualTo("x [redacted] y");
        assertThat(Redaction.text("-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----"))
                .doesNotContain("abc");
        assertThat(Redaction.text("a commit " + "0f".repeat(20))).contains("0f".repeat(20));
    }

    private String redacted(Target target, String body) throws JsonProcessingException {
        String json = body.replace("'C'", "'" + CANARY + "'").replace('\'', '"');
        return redaction.body(target, JSON.readTree(json)).toString();
    }
}
