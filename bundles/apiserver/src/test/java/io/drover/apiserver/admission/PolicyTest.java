package io.drover.apiserver.admission;

import static io.drover.apiserver.access.Plane.await;
import static io.drover.apiserver.access.Plane.made;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.Asking.Answered;
import io.drover.apiserver.access.Plane;
import io.drover.apiserver.kind.BuiltIns;
import io.drover.apiserver.store.Author;
import io.drover.apiserver.store.Store;
import io.drover.apiserver.store.Write;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyTest {

    private static final String POLICIES = "/apis/admissionregistration.k8s.io/v1/";
    private static final String MAPS = "/api/v1/namespaces/n/configmaps";

    @TempDir
    Path data;

    private Plane plane;

    @BeforeEach
    void start() {
        plane = new Plane(data);
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    private Answered policy(String more) {
        return plane.system.post(
                POLICIES + "validatingadmissionpolicies",
                "{'metadata':{'name':'p'},'spec':{'matchConstraints':{'resourceRules':[{'operations':['CREATE','UPDATE'],"
                        + "'apiGroups':[''],'apiVersions':['v1'],'resources':['configmaps']}]}," + more + "}}");
    }

    private Answered bind(String more) {
        return plane.system.post(
                POLICIES + "validatingadmissionpolicybindings",
                "{'metadata':{'name':'b'},'spec':{'policyName':'p'," + more + "}}");
    }

    private Answered create(String name, String data) {
        return plane.system.post(MAPS, "{'metadata':{'name':'" + name + "'},'data':" + data + "}");
    }

    @Test
    void aBoundPolicyRefusesWhatItsExpressionsRefuse() {
        made(policy("'variables':[{'name':'keys','expression':'has(object.data) ? object.data.size() : 0'}],"
                + "'validations':[{'expression':'variables.keys < 2','messageExpression':"
                + "'\\'at most one key, not \\' + string(variables.keys)'}]".replace("\\'", "\\u0027")));
        made(create("before", "{'a':'1','b':'2'}"));
        made(bind("'validationActions':['Deny']"));

        Answered refused = create("x", "{'a':'1','b':'2'}");
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.reason()).isEqualTo("Invalid");
        assertThat(refused.message())
                .isEqualTo(
                        "configmaps \"x\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request:"
                                + " at most one key, not 2");
        made(create("y", "{'a':'1'}"));
        assertThat(plane.system.mergePatch(MAPS + "/y", "{'data':{'b':'2'}}").status())
                .isEqualTo(422);
    }

    @Test
    void aBindingMayWarnOnlyAndChooseNamespaces() {
        made(policy("'validations':[{'expression':'false','message':'never','reason':'Forbidden'}]"));
        made(bind(
                "'validationActions':['Warn'],'matchResources':{'namespaceSelector':{'matchLabels':{'strict':'1'}}}"));

        assertThat(create("a", "{}").headers()).doesNotContainKey("warning");
        plane.system.mergePatch("/api/v1/namespaces/n", "{'metadata':{'labels':{'strict':'1'}}}");
        assertThat(create("b", "{}").headers().get("warning"))
                .contains("Validation failed for")
                .contains("never");
    }

    @Test
    void parametersAreObjects() {
        made(policy("'paramKind':{'apiVersion':'v1','kind':'Secret'},"
                + "'validations':[{'expression':'object.metadata.name.startsWith(params.type)'}]"));
        made(
                bind(
                        "'validationActions':['Deny'],'paramRef':{'name':'limits','namespace':'n','parameterNotFoundAction':'Deny'}"));

        assertThat(create("x-1", "{}").message()).endsWith("`Deny` parameterNotFoundAction");
        made(plane.system.post("/api/v1/namespaces/n/secrets", "{'metadata':{'name':'limits'},'type':'x-'}"));
        made(create("x-1", "{}"));
        assertThat(create("y-1", "{}").message())
                .endsWith("denied request: failed expression: object.metadata.name.startsWith(params.type)");
    }

    @Test
    void anExpressionThatFailsDecidesByItsPolicy() {
        made(policy("'validations':[{'expression':'object.data.missing == \\u0027x\\u0027'}]"));
        made(bind("'validationActions':['Deny']"));
        assertThat(create("a", "{'k':'v'}").message()).contains("resulted in error: no such key: missing");

        plane.system.mergePatch(POLICIES + "validatingadmissionpolicies/p", "{'spec':{'failurePolicy':'Ignore'}}");
        made(create("a", "{'k':'v'}"));
    }

    @Test
    void policiesThatCannotBeAreRefused() {
        assertThat(policy("'validations':[{'expression':'object.'},{'expression':'1 + 1'}]")
                        .message())
                .contains("spec.validations[0].expression: Invalid value: \"object.\": compilation failed")
                .contains("spec.validations[1].expression: Invalid value: \"1 + 1\": must evaluate to bool");
    }

    /** An expression with back quotes for its single ones. */
    private Answered asking(String expression, String more) {
        return policy(("'validations':[{'expression':'" + expression + "'" + more + "}]").replace("`", "\\u0027"));
    }

    @Test
    void expressionsMayAskWhatTheCallerMayDoOtherwise() {
        made(asking(
                "authorizer.group(``).resource(`secrets`).namespace(`n`).name(`s`).check(`delete`).allowed()",
                ",'message':'only for who may delete the secret'"));
        made(bind("'validationActions':['Deny']"));
        plane.give("ann", "maps", "{'apiGroups':[''],'resources':['configmaps'],'verbs':['*']}");
        Answered refused = plane.user("ann").post(MAPS, "{'metadata':{'name':'a'}}");
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.message()).contains("only for who may delete the secret");

        plane.give("ann", "one", "{'apiGroups':[''],'resources':['secrets'],'verbs':['delete'],'resourceNames':['s']}");
        made(plane.user("ann").post(MAPS, "{'metadata':{'name':'a'}}"));
    }

    @Test
    void expressionsMayAskAboutTheRequestItselfAndPathsAndServiceAccounts() {
        made(asking(
                "authorizer.requestResource.check(`delete`).allowed()"
                        + " && !authorizer.requestResource.subresource(`x`).check(`get`).allowed()",
                "},{'expression':'authorizer.path(`/x`).check(`get`).allowed()"
                        + " && !authorizer.serviceAccount(`n`, `bot`).path(`/x`).check(`get`).allowed()'"));
        made(bind("'validationActions':['Deny']"));
        plane.giveEverywhere("ann", "paths", "{'nonResourceURLs':['/x'],'verbs':['get']}");
        plane.give("ann", "maps", "{'apiGroups':[''],'resources':['configmaps'],'verbs':['create','update']}");
        assertThat(plane.user("ann").post(MAPS, "{'metadata':{'name':'a'}}").status())
                .isEqualTo(422);

        plane.give("ann", "more", "{'apiGroups':[''],'resources':['configmaps'],'verbs':['delete']}");
        made(plane.user("ann").post(MAPS, "{'metadata':{'name':'a'}}"));
    }

    @Test
    void questionsThatCannotBeAskedOrCostTooMuchAreRefused() {
        assertThat(asking("authorizer.nothing().allowed()", "").status()).isEqualTo(422);
        assertThat(asking("authorizer.check(`get`).allowed()", "").status()).isEqualTo(422);
        String ofRights = ",'messageExpression':'authorizer.path(`/x`).check(`get`).reason()'";
        assertThat(asking("false", ofRights).status()).isEqualTo(422);
        made(asking("[`/a`, `/b`, `/c`].all(path, authorizer.path(path).check(`get`).allowed())", ""));
        made(bind("'validationActions':['Deny']"));

        assertThat(create("x", "{}").message()).contains("cost limit exceeded");
    }

    @Test
    void annotationsAreNotedInTheAuditOfWhatIsAllowedAndOfWhatIsRefused() {
        made(policy(quoted("'variables':[{'name':'it','expression':'object.metadata.name'}],"
                + "'validations':[{'expression':'variables.it != `bad`','message':'not this'}],"
                + "'auditAnnotations':[{'key':'name','valueExpression':'`is ` + string(variables.it)'},"
                + "{'key':'none','valueExpression':'null'},{'key':'empty','valueExpression':'` `'}]")));
        made(bind("'validationActions':['Deny']"));

        Answered good = create("good", "{}");
        made(good);
        assertThat(good.notes()).containsExactlyEntriesOf(Map.of("p/name", "is good"));
        Answered bad = create("bad", "{}");
        assertThat(bad.status()).isEqualTo(422);
        assertThat(bad.notes()).containsExactlyEntriesOf(Map.of("p/name", "is bad"));
    }

    @Test
    void anAnnotationThatHasNoValueDecidesByItsPolicy() {
        made(
                policy(
                        "'auditAnnotations':[{'key':'k','valueExpression':'string(object.data.missing)'}],'failurePolicy':'Fail'"));
        made(bind("'validationActions':['Audit']"));
        assertThat(create("a", "{'k':'v'}").message())
                .endsWith("denied request: expression 'string(object.data.missing)' resulted in error:"
                        + " no such key: missing");

        plane.system.mergePatch(POLICIES + "validatingadmissionpolicies/p", "{'spec':{'failurePolicy':'Ignore'}}");
        made(create("a", "{'k':'v'}"));
    }

    @Test
    void violationsOfABindingThatAuditsAreNotedAndLetPass() throws Exception {
        made(policy("'validations':[{'expression':'true'},{'expression':'false','message':'never'}]"));
        made(bind("'validationActions':['Audit']"));

        Answered created = create("a", "{}");
        made(created);
        String note = created.notes().get("validation.policy.admission.k8s.io/validation_failure");
        assertThat(new ObjectMapper().readTree(note))
                .isEqualTo(new ObjectMapper()
                        .readTree(
                                "[{'message':'never','policy':'p','binding':'b','expressionIndex':1,'validationActions':['Audit']}]"
                                        .replace('\'', '"')));
    }

    @Test
    void annotationsThatCannotBeAreRefused() {
        assertThat(policy(
                                "'auditAnnotations':[{'key':'a b','valueExpression':'1'},{'key':'k','valueExpression':'object.x'},"
                                        + "{'key':'k','valueExpression':''}]")
                        .message())
                .contains("spec.auditAnnotations[0].key: Invalid value: \"p/a b\": name part must consist of")
                .contains("spec.auditAnnotations[0].valueExpression: Invalid value: \"1\": must evaluate to one of"
                        + " [string null_type] but got int")
                .contains("Invalid value: \"object.x\": must evaluate to one of [string null_type] but got dyn")
                .contains("spec.auditAnnotations[2].valueExpression: Required value: valueExpression is not specified")
                .contains("spec.auditAnnotations[2].key: Duplicate value: \"k\"");
        assertThat(policy("'failurePolicy':'Fail'").message())
                .contains(
                        "spec.validations: Required value: validations or auditAnnotations must contain at least one item")
                .contains("spec.auditAnnotations: Required value");
    }

    @Test
    void theStatusTellsWhatDoesNotFitTheSchemasOfWhatAPolicyNames() {
        made(policy(
                "'variables':[{'name':'data','expression':'object.data'},{'name':'odd','expression':'object.nope'}],"
                        + "'validations':[{'expression':'object.spec.replicas > 1','messageExpression':'string(object.nope)'},"
                        + "{'expression':'variables.data.size() > 1 && variables.odd == 1'},"
                        + "{'expression':'object.metadata.uid == 1'}]"));
        String path = POLICIES + "validatingadmissionpolicies/p";
        await(() ->
                plane.system.get(path).json().at("/status/observedGeneration").asInt() == 1);
        JsonNode warnings = plane.system.get(path).json().at("/status/typeChecking/expressionWarnings");

        assertThat(warnings.findValuesAsText("fieldRef"))
                .containsExactly(
                        "spec.validations[0].expression",
                        "spec.validations[0].messageExpression",
                        "spec.validations[2].expression");
        assertThat(warnings.at("/0/warning").asText())
                .isEqualTo(
                        "/v1, Kind=ConfigMap: ERROR: <input>:1:7: undefined field 'spec'\n | object.spec.replicas > 1\n"
                                + " | ......^\n");
        assertThat(warnings.at("/2/warning").asText())
                .contains("found no matching overload for '_==_' applied to '(string, int)'");

        plane.system.mergePatch(
                path, "{'spec':{'variables':null,'validations':[{'expression':'object.data.size() < 9'}]}}");
        await(() ->
                plane.system.get(path).json().at("/status/observedGeneration").asInt() == 2);
        assertThat(plane.system.get(path).json().at("/status/typeChecking").toString())
                .isEqualTo("{}");
    }

    @Test
    void parametersAreCheckedByTheirSchemaAndKindsByStarsAreNot() {
        made(policy(
                "'paramKind':{'apiVersion':'v1','kind':'Secret'},'validations':[{'expression':'params.nope == 1'}]"));
        String path = POLICIES + "validatingadmissionpolicies/";
        await(() -> plane.system
                        .get(path + "p")
                        .json()
                        .at("/status/observedGeneration")
                        .asInt()
                == 1);
        assertThat(plane.system
                        .get(path + "p")
                        .json()
                        .at("/status/typeChecking/expressionWarnings/0/warning")
                        .asText())
                .contains("undefined field 'nope'");

        made(plane.system.post(
                path,
                "{'metadata':{'name':'stars'},'spec':{'matchConstraints':{'resourceRules':[{'operations':['*'],"
                        + "'apiGroups':['*'],'apiVersions':['*'],'resources':['configmaps']}]},"
                        + "'validations':[{'expression':'object.nope == 1'}]}}"));
        await(() -> plane.system
                        .get(path + "stars")
                        .json()
                        .at("/status/observedGeneration")
                        .asInt()
                == 1);
        assertThat(plane.system
                        .get(path + "stars")
                        .json()
                        .at("/status/typeChecking")
                        .toString())
                .isEqualTo("{}");
    }

    @Test
    void oneThatAnEarlierVersionTookAndThisOneCannotCompileRefusesWhatItIsAbout() throws Exception {
        plane.close();
        ObjectNode policy = (ObjectNode) new ObjectMapper()
                .readTree(("{'apiVersion':'admissionregistration.k8s.io/v1','kind':'ValidatingAdmissionPolicy',"
                                + "'metadata':{'name':'p','generation':1},'spec':{'failurePolicy':'Fail','matchConstraints':"
                                + "{'resourceRules':[{'operations':['CREATE'],'apiGroups':[''],'apiVersions':['v1'],"
                                + "'resources':['configmaps'],'scope':'*'}]},'validations':[{'expression':'request.nope'}]}}")
                        .replace('\'', '"'));
        try (Store store = Store.open(data, Duration.ofHours(1), Clock.systemUTC())) {
            String key = BuiltIns.VALIDATING_POLICIES.key("", "p");
            store.write(Write.create(key, policy, null, new Author("me", "192.0.2.1", "create")))
                    .get(30, TimeUnit.SECONDS);
        }
        plane = new Plane(data);
        made(bind("'validationActions':['Deny']"));

        assertThat(create("a", "{}").message()).contains("the policy can't be compiled", "undefined field 'nope'");
        made(plane.system.post("/api/v1/namespaces/n/secrets", "{'metadata':{'name':'s'}}"));
    }

    private static String quoted(String withBackQuotes) {
        return withBackQuotes.replace("`", "\\u0027");
    }
}
