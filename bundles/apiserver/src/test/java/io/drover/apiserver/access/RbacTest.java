package io.drover.apiserver.access;

import static io.drover.apiserver.access.Plane.RBAC;
import static io.drover.apiserver.access.Plane.await;
import static io.drover.apiserver.access.Plane.binding;
import static io.drover.apiserver.access.Plane.made;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.drover.apiserver.Asking;
import io.drover.apiserver.Asking.Answered;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RbacTest {

    private static final String MAPS = "/api/v1/namespaces/n/configmaps";
    private static final String READ_MAPS = "{'apiGroups':[''],'resources':['configmaps'],'verbs':['get','list']}";

    @TempDir
    Path data;

    private Plane plane;
    private Asking ann;

    @BeforeEach
    void start() {
        plane = new Plane(data);
        ann = plane.user("ann", "system:authenticated");
        plane.system.post(MAPS, "{'metadata':{'name':'m'}}");
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    @Test
    void aRoleBindingGivesItsRoleInItsNamespaceAtOnce() {
        Answered before = ann.get(MAPS + "/m");
        plane.give("ann", "reader", READ_MAPS);

        assertThat(before.message())
                .startsWith(
                        "configmaps \"m\" is forbidden: User \"ann\" cannot get resource \"configmaps\" in API group"
                                + " \"\" in the namespace \"n\"");
        assertThat(ann.get(MAPS + "/m").status()).isEqualTo(200);
        assertThat(ann.get("/api/v1/configmaps").message())
                .startsWith("configmaps is forbidden: User \"ann\" cannot list resource \"configmaps\" in API group"
                        + " \"\" at the cluster scope");
        assertThat(ann.delete(MAPS + "/m").status()).isEqualTo(403);

        plane.system.delete(RBAC + "namespaces/n/rolebindings/reader");
        assertThat(ann.get(MAPS + "/m").status()).isEqualTo(403);
    }

    @Test
    void groupsServiceAccountsAndChangedRolesCount() {
        made(plane.system.post(RBAC + "clusterroles", "{'metadata':{'name':'r'},'rules':[" + READ_MAPS + "]}"));
        made(plane.system.post(
                RBAC + "clusterrolebindings",
                "{'metadata':{'name':'b'},'roleRef':{'kind':'ClusterRole','name':'r'},'subjects':["
                        + "{'kind':'Group','name':'devs'},{'kind':'ServiceAccount','name':'bot','namespace':'n'}]}"));

        assertThat(plane.user("jo", "devs").get("/api/v1/configmaps").status()).isEqualTo(200);
        assertThat(plane.user("system:serviceaccount:n:bot").get(MAPS).status()).isEqualTo(200);
        assertThat(plane.user("devs").get(MAPS).status()).isEqualTo(403);

        plane.system.mergePatch(RBAC + "clusterroles/r", "{'rules':[]}");
        assertThat(plane.user("jo", "devs").get(MAPS).status()).isEqualTo(403);
    }

    @Test
    void rulesMayNameObjectsAndSubresources() {
        plane.giveEverywhere(
                "ann",
                "named",
                "{'apiGroups':[''],'resources':['namespaces'],'resourceNames':['n'],'verbs':['get','update']},"
                        + "{'apiGroups':[''],'resources':['*/status'],'verbs':['get']}");

        assertThat(ann.get("/api/v1/namespaces/n").status()).isEqualTo(200);
        assertThat(ann.get("/api/v1/namespaces/n/status").status()).isEqualTo(200);
        assertThat(ann.get("/api/v1/namespaces/default").status()).isEqualTo(403);
        assertThat(ann.get("/api/v1/namespaces").status()).isEqualTo(403);
    }

    @Test
    void aMissingRoleIsNamed() {
        made(plane.system.post(RBAC + "namespaces/n/rolebindings", binding("b", "Role", "gone", "ann")));

        assertThat(ann.get(MAPS).message()).endsWith("RBAC: role.rbac.authorization.k8s.io \"gone\" not found");
    }

    @Test
    void everybodyMayDiscoverAndAskAboutHimself() {
        assertThat(ann.get("/apis").status()).isEqualTo(200);
        assertThat(ann.get("/openapi/v3").status()).isEqualTo(200);
        assertThat(ann.get("/metrics").message()).startsWith("forbidden: User \"ann\" cannot get path \"/metrics\"");
        assertThat(ann.post("/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", "{'spec':{'namespace':'n'}}")
                        .status())
                .isEqualTo(201);
        assertThat(ann.post("/apis/authorization.k8s.io/v1/subjectaccessreviews", "{'spec':{'user':'x'}}")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void nobodyGivesByARoleWhatHeDoesNotHave() {
        plane.give(
                "ann",
                "roles",
                READ_MAPS + ",{'apiGroups':['rbac.authorization.k8s.io'],'resources':['roles','rolebindings'],"
                        + "'verbs':['create','update','patch']}");

        assertThat(ann.post(RBAC + "namespaces/n/roles", "{'metadata':{'name':'a'},'rules':[" + READ_MAPS + "]}")
                        .status())
                .isEqualTo(201);
        Answered more = ann.post(
                RBAC + "namespaces/n/roles",
                "{'metadata':{'name':'b'},'rules':[{'apiGroups':[''],'resources':['secrets','configmaps'],"
                        + "'verbs':['get','watch']}]}");
        assertThat(more.status()).isEqualTo(403);
        assertThat(more.message())
                .isEqualTo("roles.rbac.authorization.k8s.io \"b\" is forbidden: user \"ann\""
                        + " (groups=[\"system:authenticated\"]) is attempting to grant RBAC permissions not currently"
                        + " held:\n"
                        + "{APIGroups:[\"\"], Resources:[\"configmaps\"], Verbs:[\"watch\"]}\n"
                        + "{APIGroups:[\"\"], Resources:[\"secrets\"], Verbs:[\"get\" \"watch\"]}");
        assertThat(ann.mergePatch(RBAC + "namespaces/n/roles/a", "{'metadata':{'labels':{'a':'b'}}}")
                        .status())
                .isEqualTo(200);
        assertThat(ann.mergePatch(
                                RBAC + "namespaces/n/roles/a",
                                "{'rules':[{'apiGroups':['*'],'resources':['*'],'verbs':['*']}]}")
                        .status())
                .isEqualTo(403);
        assertThat(ann.apply(
                                RBAC + "namespaces/n/roles/c?fieldManager=t",
                                "{'apiVersion':'rbac.authorization.k8s.io/v1','kind':'Role','metadata':{'name':'c'},"
                                        + "'rules':[{'apiGroups':[''],'resources':['secrets'],'verbs':['get']}]}")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void nobodyBindsARoleThatGivesMoreThanHeHas() {
        plane.give(
                "ann",
                "binder",
                "{'apiGroups':['rbac.authorization.k8s.io'],'resources':['rolebindings'],'verbs':['create']}");
        plane.give("bob", "reader", READ_MAPS);

        Answered refused = ann.post(RBAC + "namespaces/n/rolebindings", binding("x", "Role", "reader", "ann"));
        assertThat(refused.message())
                .isEqualTo("rolebindings.rbac.authorization.k8s.io \"x\" is forbidden: user \"ann\""
                        + " (groups=[\"system:authenticated\"]) is attempting to grant RBAC permissions not currently"
                        + " held:\n{APIGroups:[\"\"], Resources:[\"configmaps\"], Verbs:[\"get\" \"list\"]}");
        assertThat(ann.post(RBAC + "namespaces/n/rolebindings", binding("x", "ClusterRole", "none", "ann"))
                        .message())
                .isEqualTo("clusterroles.rbac.authorization.k8s.io \"none\" not found");

        plane.give(
                "ann",
                "bind",
                "{'apiGroups':['rbac.authorization.k8s.io'],'resources':['roles'],'resourceNames':['reader'],"
                        + "'verbs':['bind']}");
        assertThat(ann.post(RBAC + "namespaces/n/rolebindings", binding("x", "Role", "reader", "ann"))
                        .status())
                .isEqualTo(201);
    }

    @Test
    void whoMayEscalateMayGiveMore() {
        plane.giveEverywhere(
                "ann",
                "escalator",
                "{'apiGroups':['rbac.authorization.k8s.io'],'resources':['clusterroles'],'verbs':['create','escalate']}");

        assertThat(ann.post(
                                RBAC + "clusterroles",
                                "{'metadata':{'name':'all'},'rules':[{'nonResourceURLs':['*'],'verbs':['*']}]}")
                        .status())
                .isEqualTo(201);
    }

    @Test
    void aRoleAggregatesThoseThatItsSelectorsChoose() {
        made(plane.system.post(
                RBAC + "clusterroles",
                "{'metadata':{'name':'crontab-view','labels':{'rbac.authorization.k8s.io/aggregate-to-view':'true'}},"
                        + "'rules':[{'apiGroups':['example.com'],'resources':['crontabs'],'verbs':['get']}]}"));

        await(() -> plane.system.get(RBAC + "clusterroles/admin").body().contains("crontabs"));
        JsonNode view = plane.system.get(RBAC + "clusterroles/view").json();
        assertThat(view.path("rules").toString())
                .contains("crontabs", "configmaps")
                .doesNotContain("secrets");

        plane.system.delete(RBAC + "clusterroles/crontab-view");
        await(() -> !plane.system.get(RBAC + "clusterroles/admin").body().contains("crontabs"));
    }

    @Test
    void rolesAndBindingsThatCannotBeAreRefused() {
        assertThat(plane.system
                        .post(RBAC + "namespaces/n/roles", "{'metadata':{'name':'r'},'rules':[{'verbs':['get']}]}")
                        .message())
                .isEqualTo(
                        "Role.rbac.authorization.k8s.io \"r\" is invalid: [rules[0].apiGroups: Required value: resource"
                                + " rules must supply at least one api group, rules[0].resources: Required value: resource rules"
                                + " must supply at least one resource]");
        made(plane.system.post(RBAC + "namespaces/n/rolebindings", binding("b", "Role", "r", "ann")));
        assertThat(plane.system
                        .mergePatch(RBAC + "namespaces/n/rolebindings/b", "{'roleRef':{'name':'other'}}")
                        .message())
                .contains("cannot change roleRef");
        assertThat(plane.system
                        .post(
                                "/apis/apiregistration.k8s.io/v1/apiservices",
                                "{'metadata':{'name':'v1.example.com'},'spec':{'group':'example.com'}}")
                        .message())
                .startsWith("apiservices.apiregistration.k8s.io \"v1.example.com\" is forbidden: the management plane");
    }

    @Test
    void reviewsAnswerForOthersAndForPaths() {
        plane.give("ann", "reader", READ_MAPS);

        JsonNode others = plane.system
                .post(
                        "/apis/authorization.k8s.io/v1/subjectaccessreviews",
                        "{'spec':{'user':'ann','resourceAttributes':{'verb':'get','resource':'configmaps','namespace':'n'}}}")
                .json();
        assertThat(others.at("/status/allowed").asBoolean()).isTrue();
        assertThat(others.at("/status/reason").asText())
                .isEqualTo("RBAC: allowed by RoleBinding \"reader/n\" of Role \"reader\" to User \"ann\"");
        assertThat(plane.system
                        .post(
                                "/apis/authorization.k8s.io/v1/namespaces/n/localsubjectaccessreviews",
                                "{'spec':{'user':'ann','resourceAttributes':{'verb':'get','resource':'configmaps',"
                                        + "'namespace':'other'}}}")
                        .message())
                .isEqualTo("spec.resourceAttributes.namespace must match namespace: n");
        assertThat(plane.system
                        .post("/apis/authorization.k8s.io/v1/subjectaccessreviews", "{'spec':{'user':'ann'}}")
                        .status())
                .isEqualTo(422);
        assertThat(ann.post(
                                "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                                "{'spec':{'nonResourceAttributes':{'verb':'get','path':'/version'}}}")
                        .json()
                        .at("/status/allowed")
                        .asBoolean())
                .isTrue();
        JsonNode rules = ann.post("/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", "{'spec':{'namespace':'n'}}")
                .json();
        assertThat(rules.at("/status/resourceRules").toString())
                .contains("{\"verbs\":[\"get\",\"list\"],\"apiGroups\":[\"\"],\"resources\":[\"configmaps\"]}");
        assertThat(rules.at("/status/nonResourceRules").toString()).contains("/openapi/*");
    }

    @Test
    void defaultRolesOutliveARestartAndWhatWasTakenFromThemComesBack() {
        plane.system.delete(RBAC + "clusterrolebindings/system%3Adiscovery");
        assertThat(ann.get("/apis").status()).isEqualTo(403);

        plane.close();
        plane = new Plane(data);
        ann = plane.user("ann");

        assertThat(ann.get("/apis").status()).isEqualTo(200);
    }
}
