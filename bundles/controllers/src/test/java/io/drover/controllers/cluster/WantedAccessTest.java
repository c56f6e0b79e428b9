package io.drover.controllers.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.auth.Authorizer.ClusterGrant;
import io.drover.api.model.PolicyRule;
import io.drover.api.model.RoleTemplate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WantedAccessTest {

    private static final PolicyRule PODS =
            new PolicyRule(List.of(""), List.of("pods"), List.of(), List.of(), List.of("get"));

    private final Map<String, RoleTemplate> templates = Map.of(
            "cluster-owner", template(false, List.of(PODS)),
            "member", template(false, List.of(PODS), "viewer", "view"),
            "viewer", template(false, List.of(PODS), "member"),
            "view", template(true, List.of()));

    private static RoleTemplate template(boolean external, List<PolicyRule> rules, String... inherited) {
        return new RoleTemplate(
                "", "", rules, List.of(inherited), "cluster", true, external, false, false, false, false, false);
    }

    private WantedAccess wanted(ClusterGrant... grants) {
        return WantedAccess.of(Set.of(grants), name -> Optional.ofNullable(templates.get(name)));
    }

    @Test
    void bindsGlobalAdministratorsToTheRoleThatEveryClusterHas() {
        WantedAccess wanted =
                wanted(new ClusterGrant("User", "user-abcde", "cluster-admin", "GlobalRoleBinding/grb-x"));

        assertThat(wanted.roles()).isEmpty();
        assertThat(wanted.bindings())
                .containsExactly(new Downstream.Binding(
                        "globaladmin-user-abcde", "cluster-admin", "User", "user-abcde", "", "grb-x"));
    }

    @Test
    void makesARoleNamedLikeItsTemplateAndABindingThatNamesItsSource() {
        WantedAccess wanted = wanted(
                new ClusterGrant("User", "u-abcde", "cluster-owner", "ClusterRoleTemplateBinding/c-abcde/crtb-1"));

        assertThat(wanted.roles()).containsExactly(new Downstream.Role("cluster-owner", List.of(PODS)));
        assertThat(wanted.bindings())
                .containsExactly(new Downstream.Binding(
                        "crb-m3etx6ecxt", "cluster-owner", "User", "u-abcde", "c-abcde_crtb-1", ""));
    }

    @Test
    void gathersInheritedTemplatesOnceEvenInACircleAndMakesNoExternalRoles() {
        WantedAccess wanted =
                wanted(new ClusterGrant("Group", "g", "member", "ClusterRoleTemplateBinding/c-abcde/crtb-1"));

        assertThat(wanted.roles()).extracting(Downstream.Role::name).containsExactlyInAnyOrder("member", "viewer");
        assertThat(wanted.bindings())
                .extracting(Downstream.Binding::role)
                .containsExactlyInAnyOrder("member", "viewer", "view");
    }

    @Test
    void givesNothingForATemplateThatIsNotThere() {
        WantedAccess wanted =
                wanted(new ClusterGrant("User", "u", "gone", "ClusterRoleTemplateBinding/c-abcde/crtb-1"));

        assertThat(wanted.bindings()).isEmpty();
    }
}
