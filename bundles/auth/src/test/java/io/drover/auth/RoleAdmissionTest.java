package io.drover.auth;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.DroverException;
import io.drover.api.auth.Caller;
import io.drover.api.kind.KindJson;
import io.drover.api.model.GlobalRole;
import io.drover.api.model.GlobalRoleBinding;
import io.drover.api.model.PolicyRule;
import io.drover.api.plane.Admission.Change;
import io.drover.api.plane.Admission.Operation;
import io.drover.api.plane.Resource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RoleAdmissionTest {

    private final AuthFixture auth = new AuthFixture();
    private RoleAdmission admission;

    @BeforeEach
    void aManagerOfRolesAndAnAdministrator() {
        give("u-roles", "manages-roles", rule("globalroles", "*"));
        auth.plane
                .objects(GlobalRoleBinding.class)
                .create(Resource.named("grb-admin", new GlobalRoleBinding("admin", "u-admin", null)));
        auth.plane.settle();
        admission = new RoleAdmission(auth.plane, auth.authorizer);
    }

    @AfterEach
    void close() throws Exception {
        auth.close();
    }

    private void give(String user, String role, PolicyRule rule) {
        auth.plane
                .objects(GlobalRole.class)
                .create(Resource.named(role, new GlobalRole(role, "", List.of(rule), false, false)));
        auth.plane
                .objects(GlobalRoleBinding.class)
                .create(Resource.named("grb-" + role, new GlobalRoleBinding(role, user, null)));
        auth.plane.settle();
    }

    private static PolicyRule rule(String resource, String verb) {
        return new PolicyRule(List.of("management.cattle.io"), List.of(resource), null, null, List.of(verb));
    }

    private void change(String user, Operation operation, String resource, Object object, Object before) {
        change(user, operation, resource, "", object, before);
    }

    private void change(
            String user, Operation operation, String resource, String namespace, Object object, Object before) {
        admission.validate(new Change(
                operation,
                new Caller(user, List.of("system:authenticated"), Map.of(), Optional.empty()),
                "management.cattle.io",
                "v3",
                resource,
                "",
                namespace,
                "x",
                json(object),
                Optional.ofNullable(before).map(RoleAdmissionTest::json),
                false));
    }

    private static ObjectNode json(Object value) {
        return KindJson.mapper().valueToTree(value);
    }

    @Test
    void nobodyWritesAGlobalRoleThatGivesMoreThanHeHas() {
        GlobalRole own = new GlobalRole("a", "", List.of(rule("globalroles", "get")), false, false);
        GlobalRole more = new GlobalRole("a", "", List.of(rule("users", "get")), false, false);

        assertThatCode(() -> change("u-roles", Operation.CREATE, "globalroles", own, null))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> change("u-roles", Operation.UPDATE, "globalroles", more, own))
                .isInstanceOf(DroverException.class)
                .hasMessage("You can't give a right that you do not have: get users.management.cattle.io");
        assertThatCode(() -> change("u-admin", Operation.UPDATE, "globalroles", more, own))
                .doesNotThrowAnyException();
    }

    @Test
    void nobodyBindsAGlobalRoleThatGivesMoreThanHeHas() {
        GlobalRoleBinding admin = new GlobalRoleBinding("admin", "u-roles", null);
        GlobalRoleBinding own = new GlobalRoleBinding("manages-roles", "u-x", null);

        assertThatThrownBy(() -> change("u-roles", Operation.CREATE, "globalrolebindings", admin, null))
                .hasMessageStartingWith("You can't give a right that you do not have");
        assertThatCode(() -> change("u-roles", Operation.CREATE, "globalrolebindings", own, null))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> change("u-admin", Operation.UPDATE, "globalrolebindings", admin, own))
                .hasMessage("the role and subject of a GlobalRoleBinding can't be changed");
        assertThatThrownBy(() -> change(
                        "u-admin",
                        Operation.CREATE,
                        "globalrolebindings",
                        new GlobalRoleBinding("gone", "u-x", null),
                        null))
                .hasMessage("there is no GlobalRole \"gone\"");
    }

    @Test
    void rolesThatCameWithDroverStayWhatTheyAre() {
        GlobalRole builtin =
                auth.plane.objects(GlobalRole.class).get("admin").orElseThrow().value();
        GlobalRole switched = new GlobalRole(builtin.displayName(), builtin.description(), builtin.rules(), true, true);

        assertThatThrownBy(() -> change("u-admin", Operation.DELETE, "globalroles", builtin, builtin))
                .hasMessage("a role that came with Drover can't be deleted");
        assertThatCode(() -> change("u-admin", Operation.UPDATE, "globalroles", switched, builtin))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> change(
                        "u-admin",
                        Operation.UPDATE,
                        "globalroles",
                        new GlobalRole("Other", "", List.of(), false, true),
                        builtin))
                .hasMessage("of a role that came with Drover, only newUserDefault can be changed");
    }

    @Test
    void nobodyGivesInAClusterWhatHeDoesNotHaveThere() {
        auth.member("u-member", "c-a");
        Map<String, String> owner =
                Map.of("clusterName", "c-a", "roleTemplateName", "cluster-owner", "userName", "u-x");
        Map<String, String> elsewhere =
                Map.of("clusterName", "c-b", "roleTemplateName", "cluster-member", "userName", "u-x");
        String bindings = "clusterroletemplatebindings";

        assertThatThrownBy(() -> change("u-member", Operation.CREATE, bindings, "c-a", owner, null))
                .hasMessageStartingWith("You can't give a right that you do not have");
        assertThatCode(() -> change("u-admin", Operation.CREATE, bindings, "c-a", owner, null))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> change("u-admin", Operation.CREATE, bindings, "c-a", elsewhere, null))
                .hasMessage("clusterName must be the namespace, \"c-a\"");
    }
}
