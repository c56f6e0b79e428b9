package io.drover.apiserver.admission;

import static io.drover.apiserver.access.Plane.made;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.drover.apiserver.Asking.Answered;
import io.drover.apiserver.access.Plane;
import io.drover.apiserver.serve.Environment;
import java.nio.file.Path;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebhookTest {

    private static final String HOOKS = "/apis/admissionregistration.k8s.io/v1/";
    private static final String MAPS = "/api/v1/namespaces/n/configmaps";

    @TempDir
    Path data;

    private Plane plane;
    private HttpsWebhook webhook;

    @BeforeEach
    void start() {
        plane = new Plane(data, Environment.with(() -> null).withWebhooksAtLoopback());
    }

    @AfterEach
    void stop() {
        plane.close();
        if (webhook != null) {
            webhook.close();
        }
    }

    private void answering(Function<JsonNode, String> answer) throws Exception {
        webhook = new HttpsWebhook(1, answer);
    }

    private Answered configure(String plural, String name, String more) {
        return plane.system.post(
                HOOKS + plural,
                "{'metadata':{'name':'" + name + "'},'webhooks':[{'name':'" + name + ".example.com','clientConfig':"
                        + webhook.clientConfig() + ",'sideEffects':'None','admissionReviewVersions':['v1'],"
                        + "'timeoutSeconds':30,"
                        + "'rules':[{'operations':['CREATE','DELETE'],'apiGroups':[''],'apiVersions':['v1'],"
                        + "'resources':['configmaps']}]" + more + "}]}");
    }

    private Answered create(String name, String more) {
        return plane.system.post(MAPS, "{'metadata':{'name':'" + name + "'" + more + "}}");
    }

    @Test
    void oneThatValidatesIsToldOfTheChangeAndMayRefuseIt() throws Exception {
        answering(request -> request.path("name").asText().equals("bad")
                ? "'allowed':false,'status':{'message':'not this one','code':403}"
                : "'allowed':true,'warnings':['take care'],'auditAnnotations':{'seen':'yes'}");
        made(configure("validatingwebhookconfigurations", "v", ""));

        Answered refused = create("bad", "");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.message()).isEqualTo("admission webhook \"v.example.com\" denied the request: not this one");
        Answered good = create("good", "");
        made(good);
        assertThat(good.headers()).containsEntry("warning", "299 - \"take care\"");
        assertThat(good.notes()).containsEntry("v.example.com/seen", "yes");
        assertThat(plane.system.mergePatch(MAPS + "/good", "{'data':{'a':'b'}}").status())
                .isEqualTo(200);
        assertThat(webhook.requests).hasSize(2);
        JsonNode told = webhook.requests.get(1);
        assertThat(told.at("/object/metadata/name").asText()).isEqualTo("good");
        assertThat(told.path("oldObject").isNull()).isTrue();
        assertThat(told.at("/userInfo/username").asText()).isEqualTo("system:drover");
        assertThat(told.at("/resource/resource").asText()).isEqualTo("configmaps");

        plane.system.delete(MAPS + "/good");
        assertThat(webhook.requests.get(2).path("operation").asText()).isEqualTo("DELETE");
        assertThat(webhook.requests.get(2).at("/oldObject/data/a").asText()).isEqualTo("b");
    }

    @Test
    void oneThatMutatesChangesTheObjectButNotItsName() throws Exception {
        answering(request -> HttpsWebhook.patch("[{'op':'add','path':'/data','value':{'added':'yes'}},"
                + "{'op':'replace','path':'/metadata/name','value':'other'}]"));
        made(configure("mutatingwebhookconfigurations", "m", ""));

        made(create("a", ""));

        assertThat(plane.system.get(MAPS + "/a").json().at("/data/added").asText())
                .isEqualTo("yes");
        assertThat(plane.system.get(MAPS + "/other").status()).isEqualTo(404);
    }

    @Test
    void selectorsAndConditionsDecideWhetherItIsAsked() throws Exception {
        answering(request -> "'allowed':false");
        made(configure(
                "validatingwebhookconfigurations",
                "v",
                ",'objectSelector':{'matchLabels':{'checked':'yes'}},"
                        + "'namespaceSelector':{'matchExpressions':[{'key':'free','operator':'DoesNotExist'}]},"
                        + "'matchConditions':[{'name':'c','expression':'request.name != \\u0027spared\\u0027'}]"));

        made(create("unlabelled", ""));
        made(create("spared", ",'labels':{'checked':'yes'}"));
        assertThat(create("hit", ",'labels':{'checked':'yes'}").message())
                .isEqualTo("admission webhook \"v.example.com\" denied the request without explanation");
        plane.system.mergePatch("/api/v1/namespaces/n", "{'metadata':{'labels':{'free':'1'}}}");
        made(create("hit", ",'labels':{'checked':'yes'}"));
    }

    @Test
    void oneThatFailsIsAgainstItUnlessItsPolicySaysOtherwise() throws Exception {
        answering(request -> "'allowed':true");
        made(configure("validatingwebhookconfigurations", "v", ""));
        webhook.close();

        Answered refused = create("a", "");
        assertThat(refused.status()).isEqualTo(500);
        assertThat(refused.message())
                .startsWith(
                        "Internal error occurred: failed calling webhook \"v.example.com\": failed to call webhook: Post"
                                + " \"https://localhost:");
        plane.system.mergePatch(
                HOOKS + "validatingwebhookconfigurations/v",
                "{'webhooks':[{'name':'v.example.com','failurePolicy':'Ignore','clientConfig':" + webhook.clientConfig()
                        + ",'sideEffects':'None','admissionReviewVersions':['v1'],'rules':[{'operations':['*'],"
                        + "'apiGroups':['*'],'apiVersions':['*'],'resources':['*/*']}]}]}");
        made(create("a", ""));
    }

    @Test
    void addressesOfThisMachineAreNotDialledUnlessASettingAllowsIt() throws Exception {
        plane.close();
        plane = new Plane(data);
        answering(request -> "'allowed':true");
        made(configure("validatingwebhookconfigurations", "v", ""));

        assertThat(create("a", "").message())
                .contains("not permitted to dial localhost: its address is reserved for this machine or its network");
        assertThat(webhook.requests).isEmpty();
    }

    @Test
    void anUnknownCertificateIsNotTrusted() throws Exception {
        answering(request -> "'allowed':true");
        HttpsWebhook other = new HttpsWebhook(2, request -> "'allowed':true");
        String config = webhook.clientConfig();
        String foreign = other.clientConfig().replaceAll(".*'caBundle'", "'caBundle'");
        other.close();
        made(plane.system.post(
                HOOKS + "validatingwebhookconfigurations",
                "{'metadata':{'name':'v'},'webhooks':[{'name':'v.example.com','clientConfig':"
                        + config.replaceAll("'caBundle'.*", foreign) + ",'sideEffects':'None',"
                        + "'admissionReviewVersions':['v1'],'rules':[{'operations':['CREATE'],'apiGroups':[''],"
                        + "'apiVersions':['v1'],'resources':['configmaps']}]}]}"));

        assertThat(create("a", "").status()).isEqualTo(500);
        assertThat(webhook.requests).isEmpty();
    }

    @Test
    void configurationsThatCannotBeAreRefused() throws Exception {
        assertThat(plane.system
                        .post(
                                HOOKS + "validatingwebhookconfigurations",
                                "{'metadata':{'name':'v'},'webhooks':[{'name':'v','clientConfig':{'url':'http://h/'},"
                                        + "'matchConditions':[{'name':'c','expression':'nonsense'}],"
                                        + "'admissionReviewVersions':['v1']}]}")
                        .message())
                .contains("webhooks[0].name: Invalid value: \"v\": should be a domain with at least three segments")
                .contains("webhooks[0].sideEffects: Required value: must specify one of None, NoneOnDryRun")
                .contains("webhooks[0].matchConditions[0].expression: Invalid value: \"nonsense\": compilation failed")
                .contains("'https' is the only allowed URL scheme");
    }

    @Test
    void oneThatIsNamedByAServiceIsRefusedWithWhatToDoInstead() {
        for (String more : new String[] {"", "'url':'https://hook.example.com/',"}) {
            Answered refused = plane.system.post(
                    HOOKS + "validatingwebhookconfigurations",
                    "{'metadata':{'name':'v'},'webhooks':[{'name':'v.example.com','clientConfig':{" + more
                            + "'service':{'namespace':'n','name':'hook'}},'sideEffects':'None',"
                            + "'admissionReviewVersions':['v1']}]}");

            assertThat(refused.status()).isEqualTo(422);
            assertThat(refused.message())
                    .endsWith("\"v\" is invalid: webhooks[0].clientConfig.service: Forbidden:"
                            + " the management plane has no services; name the webhook by its url");
        }
        made(create("a", ""));
    }
}
