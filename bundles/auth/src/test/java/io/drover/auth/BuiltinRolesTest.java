package io.drover.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.model.GlobalRole;
import io.drover.api.model.RoleTemplate;
import io.drover.api.plane.Resource;
import io.drover.testkit.InMemoryPlane;
import org.junit.jupiter.api.Test;

class BuiltinRolesTest {

    @Test
    void bringsAllRolesThatClientsExpect() {
        BuiltinRoles roles = BuiltinRoles.read();

        assertThat(roles.globalRoles()).hasSize(18).allMatch(role -> role.value()
                .builtin());
        assertThat(roles.roleTemplates()).hasSize(42).allMatch(role -> role.value()
                .builtin());
        assertThat(roles.globalRoles())
                .filteredOn(role -> Boolean.TRUE.equals(role.value().newUserDefault()))
                .extracting(Resource::name)
                .containsExactly("user");
        assertThat(roles.roleTemplates())
                .filteredOn(role -> Boolean.TRUE.equals(role.value().clusterCreatorDefault()))
                .extracting(Resource::name)
                .containsExactly("cluster-owner");
    }

    @Test
    void leavesARoleAsItsAdministratorChangedIt() {
        try (InMemoryPlane plane = new InMemoryPlane()) {
            BuiltinRoles.read().createMissing(plane);
            plane.objects(GlobalRole.class)
                    .edit(
                            "user",
                            role -> role.with(r ->
                                    new GlobalRole(r.displayName(), r.description(), r.rules(), false, r.builtin())));

            BuiltinRoles.read().createMissing(plane);

            assertThat(plane.objects(GlobalRole.class).get("user"))
                    .hasValueSatisfying(
                            role -> assertThat(role.value().newUserDefault()).isFalse());
            assertThat(plane.objects(RoleTemplate.class).list()).hasSize(42);
        }
    }
}
