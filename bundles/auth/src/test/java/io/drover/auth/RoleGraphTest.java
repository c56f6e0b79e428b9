package io.drover.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.auth.Authorizer.ClusterGrant;
import io.drover.api.auth.Caller;
import io.drover.api.auth.Decision;
import io.drover.api.auth.Question;
import io.drover.api.model.ClusterRoleTemplateBinding;
import io.drover.api.model.GlobalRole;
import io.drover.api.model.GlobalRoleBinding;
import io.drover.api.model.PolicyRule;
import io.drover.api.model.RoleTemplate;
import io.drover.api.plane.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RoleGraphTest {

    private static final String MANAGEMENT = "management.cattle.io";
    private static final Question ENTER = Question.enterCluster("c-abcde");

    private final List<Resource<GlobalRole>> globalRoles =
            new ArrayList<>(BuiltinRoles.read().globalRoles());
    private final List<Resource<RoleTemplate>> roleTemplates =
            new ArrayList<>(BuiltinRoles.read().roleTemplates());
    private final List<Resource<GlobalRoleBinding>> globalRoleBindings = new ArrayList<>();
    private final List<Resource<ClusterRoleTemplateBinding>> clusterBindings = new ArrayList<>();

    @Test
    void letsAGlobalAdminDoEverythingAndSaysWhy() {
        globalRoleBindings.add(Resource.named("grb-1", new GlobalRoleBinding("admin", "u-admin", null)));

        assertThat(decide("u-admin", ENTER))
                .isEqualTo(new Decision(true, "GlobalRoleBinding grb-1 gives admin to user u-admin"));
        assertThat(decide("u-admin", management("delete", "users", "", "u-x")).allowed())
                .isTrue();
        assertThat(decide("u-other", ENTER).allowed()).isFalse();
    }

    @Test
    void tellsWhoMayNotEnterWhatIsMissing() {
        assertThat(decide("u-abcde", ENTER))
                .isEqualTo(new Decision(
                        false,
                        "no role of user u-abcde allows get clusters.management.cattle.io c-abcde; "
                                + "ask an administrator or owner for a role in this cluster"));
    }

    @Test
    void letsAMemberEnterHisClusterAndNoOther() {
        bind("crtb-1", "c-abcde", "cluster-member", "u-jo", null);

        assertThat(decide("u-jo", ENTER).reason())
                .isEqualTo("ClusterRoleTemplateBinding c-abcde/crtb-1 gives cluster-member to user u-jo");
        assertThat(decide("u-jo", Question.enterCluster("c-other")).allowed()).isFalse();
        assertThat(decide("u-jo", management("update", "clusters", "", "c-abcde"))
                        .allowed())
                .isFalse();
        assertThat(decide("u-jo", management("list", "clusters", "", "")).allowed())
                .isFalse();
    }

    @Test
    void letsAnOwnerChangeHisCluster() {
        bind("crtb-1", "c-abcde", "cluster-owner", "u-jo", null);

        assertThat(decide("u-jo", management("delete", "clusters", "", "c-abcde"))
                        .allowed())
                .isTrue();
        assertThat(decide("u-jo", management("delete", "clusters", "", "c-other"))
                        .allowed())
                .isFalse();
    }

    @Test
    void readsClusterRolesForTheResourcesOfAClusterAlone() {
        bind("crtb-1", "c-abcde", "cluster-owner", "u-owner", null);
        bind("crtb-2", "c-abcde", "cluster-member", "u-member", null);

        Question make = management("create", "clusterroletemplatebindings", "c-abcde", "");
        Question look = management("list", "clusterroletemplatebindings", "c-abcde", "");

        assertThat(decide("u-owner", make).allowed()).isTrue();
        assertThat(decide("u-member", make).allowed()).isFalse();
        assertThat(decide("u-member", look).allowed()).isTrue();
        assertThat(decide("u-owner", management("create", "clusterroletemplatebindings", "c-other", ""))
                        .allowed())
                .isFalse();
        assertThat(decide("u-owner", new Question("get", "", "secrets", "c-abcde", "x"))
                        .allowed())
                .isFalse();
        assertThat(decide("u-owner", management("get", "users", "", "u-x")).allowed())
                .isFalse();
    }

    @Test
    void countsGroupsAndPrincipals() {
        bind("crtb-1", "c-abcde", "cluster-member", null, "okta_group://devs");
        clusterBindings.add(Resource.named(
                "c-abcde",
                "crtb-2",
                new ClusterRoleTemplateBinding("c-abcde", "cluster-member", null, "github_user://7", null, null)));

        Caller byGroup = new Caller("u-1", List.of("okta_group://devs"), Map.of(), Optional.empty());
        Caller byPrincipal =
                new Caller("u-2", List.of(), Map.of("principalid", List.of("github_user://7")), Optional.empty());

        assertThat(graph().decide(byGroup, ENTER).allowed()).isTrue();
        assertThat(graph().decide(byPrincipal, ENTER).allowed()).isTrue();
        assertThat(decide("okta_group://devs", ENTER).allowed()).isFalse();
    }

    @Test
    void followsInheritanceEvenInACircle() {
        PolicyRule nodes = new PolicyRule(List.of(MANAGEMENT), List.of("nodes"), null, null, List.of("get"));
        roleTemplates.add(template("a", List.of(), List.of("b")));
        roleTemplates.add(template("b", List.of(nodes), List.of("a", "gone")));
        bind("crtb-1", "c-abcde", "a", "u-jo", null);

        assertThat(decide("u-jo", management("get", "nodes", "c-abcde", "m-1")).allowed())
                .isTrue();
        assertThat(graph().grantsIn("c-abcde", principal -> Optional.empty()))
                .extracting(ClusterGrant::roleTemplate)
                .containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void ignoresABindingThatSpeaksOfAnotherClusterThanItsNamespace() {
        clusterBindings.add(Resource.named(
                "c-mine",
                "crtb-1",
                new ClusterRoleTemplateBinding("c-abcde", "cluster-owner", "u-jo", null, null, null)));

        assertThat(decide("u-jo", ENTER).allowed()).isFalse();
        assertThat(decide("u-jo", Question.enterCluster("c-mine")).allowed()).isFalse();
    }

    @Test
    void givesEveryUserTheBaseRole() {
        assertThat(decide("u-jo", management("list", "settings", "", "")).reason())
                .isEqualTo("every user has the role user-base");
        assertThat(decide("u-jo", management("update", "settings", "", "server-url"))
                        .allowed())
                .isFalse();
    }

    @Test
    void keepsARuleToItsNames() {
        PolicyRule one = new PolicyRule(List.of(MANAGEMENT), List.of("users"), List.of("u-1"), null, List.of("*"));
        globalRoles.add(Resource.named("gr-1", new GlobalRole("One", "", List.of(one), false, false)));
        globalRoleBindings.add(Resource.named("grb-1", new GlobalRoleBinding("gr-1", "u-jo", null)));

        assertThat(decide("u-jo", management("get", "users", "", "u-1")).allowed())
                .isTrue();
        assertThat(decide("u-jo", management("get", "users", "", "u-2")).allowed())
                .isFalse();
        assertThat(decide("u-jo", management("list", "users", "", "")).allowed())
                .isFalse();
        assertThat(decide("u-jo", management("get", "users/status", "", "u-1")).allowed())
                .isFalse();
    }

    @Test
    void bindsGlobalAdminsAndMembersInsideAClusterOnceForEachRole() {
        globalRoleBindings.add(Resource.named("grb-1", new GlobalRoleBinding("admin", "u-admin", null)));
        globalRoleBindings.add(Resource.named("grb-2", new GlobalRoleBinding("admin", null, "okta_group://ops")));
        globalRoleBindings.add(Resource.named("grb-3", new GlobalRoleBinding("user", "u-jo", null)));
        bind("crtb-1", "c-abcde", "projects-view", "u-jo", null);
        bind("crtb-2", "c-abcde", "projects-view", "u-jo", null);
        bind("crtb-3", "c-other", "cluster-owner", "u-jo", null);

        assertThat(graph().grantsIn("c-abcde", principal -> Optional.empty()))
                .containsExactlyInAnyOrder(
                        new ClusterGrant("User", "u-admin", "cluster-admin", "GlobalRoleBinding/grb-1"),
                        new ClusterGrant("Group", "okta_group://ops", "cluster-admin", "GlobalRoleBinding/grb-2"),
                        new ClusterGrant("User", "u-jo", "projects-view", "ClusterRoleTemplateBinding/c-abcde/crtb-1"),
                        new ClusterGrant("User", "u-jo", "view", "ClusterRoleTemplateBinding/c-abcde/crtb-1"));
    }

    @Test
    void letsTheSystemPassWithoutAnyRole() {
        assertThat(RoleGraph.EMPTY.decide(Caller.SYSTEM, ENTER).allowed()).isTrue();
        assertThat(RoleGraph.EMPTY.decide(caller("u-jo"), ENTER).allowed()).isFalse();
    }

    private void bind(String name, String cluster, String template, String user, String group) {
        clusterBindings.add(Resource.named(
                cluster, name, new ClusterRoleTemplateBinding(cluster, template, user, null, null, group)));
    }

    private Decision decide(String user, Question question) {
        return graph().decide(caller(user), question);
    }

    private RoleGraph graph() {
        return new RoleGraph(globalRoles, globalRoleBindings, roleTemplates, clusterBindings);
    }

    private static Caller caller(String user) {
        return new Caller(user, List.of("system:authenticated"), Map.of(), Optional.empty());
    }

    private static Question management(String verb, String resource, String namespace, String name) {
        return new Question(verb, MANAGEMENT, resource, namespace, name);
    }

    private static Resource<RoleTemplate> template(String name, List<PolicyRule> rules, List<String> inherited) {
        return Resource.named(
                name,
                new RoleTemplate(
                        name, "", rules, inherited, "cluster", false, false, false, false, false, false, false));
    }
}
