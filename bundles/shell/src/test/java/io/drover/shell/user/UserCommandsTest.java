package io.drover.shell.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.model.Cluster;
import io.drover.api.model.Cluster.ClusterSpec;
import io.drover.api.model.ClusterRoleTemplateBinding;
import io.drover.api.model.GlobalRole;
import io.drover.api.model.GlobalRoleBinding;
import io.drover.api.model.RoleTemplate;
import io.drover.api.model.User;
import io.drover.api.plane.Resource;
import io.drover.shell.Console;
import io.drover.testkit.InMemoryPlane;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UserCommandsTest {

    private final InMemoryPlane plane = new InMemoryPlane();
    private final Console.Desk desk = new Console.Desk(plane);

    @BeforeEach
    void roles() {
        plane.objects(GlobalRole.class)
                .create(Resource.named("user", new GlobalRole("User", "", List.of(), true, true)));
        plane.objects(RoleTemplate.class).create(Resource.named("cluster-owner", template("cluster", false)));
        plane.objects(RoleTemplate.class).create(Resource.named("locked", template("cluster", true)));
        plane.objects(RoleTemplate.class).create(Resource.named("read-only", template("project", false)));
    }

    @AfterEach
    void close() {
        plane.close();
    }

    @Test
    void makesAUserWithAPasswordAndARole() throws Exception {
        List<String> lines = Console.run(create("jo", null)).lines().toList();

        String id = lines.get(0);
        String password = lines.get(1).replaceFirst(".*: ", "");
        assertThat(id).matches("u-[a-z0-9]{5}");
        assertThat(plane.objects(User.class).get(id))
                .hasValueSatisfying(
                        user -> assertThat(user.value().principalIds()).containsExactly("local://" + id));
        assertThat(desk.passwords).containsExactly(id + " " + password + " must change");
        assertThat(plane.objects(GlobalRoleBinding.class).list())
                .extracting(Resource::value)
                .containsExactly(new GlobalRoleBinding("user", id, null));
        assertThatThrownBy(() -> Console.run(create("jo", null))).hasMessage("There is a user jo already");
    }

    @Test
    void leavesNothingOfAUserWhosePasswordIsRefused() {
        assertThatThrownBy(() -> Console.run(create("jo", "short"))).hasMessageContaining("at least 12");

        assertThat(plane.objects(User.class).list()).isEmpty();
        assertThat(plane.objects(GlobalRoleBinding.class).list()).isEmpty();
    }

    @Test
    void refusesNamesThatNobodyCouldSignInWith() {
        assertThatThrownBy(() -> Console.run(create("", null))).hasMessage("invalid username");
        for (String name : List.of("a b", "a:b", "a/b", "a\u0000", "x".repeat(129))) {
            assertThatThrownBy(() -> Console.run(create(name, null))).as(name).hasMessageContaining("A user name has");
        }
    }

    @Test
    void disablesAndEnablesByNameOrId() throws Exception {
        String id = Console.run(create("jo", "a good password")).strip();
        DisableUsers disable = new DisableUsers();
        disable.plane = plane;
        disable.users = List.of("jo");
        EnableUsers enable = new EnableUsers();
        enable.plane = plane;
        enable.users = List.of(id);

        assertThat(Console.run(disable)).isEqualTo("Disabled " + id + "\n");
        assertThat(Console.run(list())).contains("disabled");
        assertThat(Console.run(enable)).isEqualTo("Enabled " + id + "\n");
        assertThat(Console.run(list())).doesNotContain("disabled").contains("jo", "enabled", "user");
    }

    @Test
    void givesAndTakesARoleInACluster() throws Exception {
        String id = Console.run(create("jo", "a good password")).strip();
        plane.objects(Cluster.class).create(Resource.named("c-abcde", new Cluster(ClusterSpec.named("lab"), null)));

        assertThat(Console.run(grant("cluster-owner", "lab", false))).isEqualTo(id + " has cluster-owner in c-abcde\n");
        assertThat(Console.run(grant("cluster-owner", "lab", false))).contains("nothing to change");
        assertThat(plane.objects(ClusterRoleTemplateBinding.class).list("c-abcde"))
                .extracting(Resource::value)
                .containsExactly(new ClusterRoleTemplateBinding("c-abcde", "cluster-owner", id, null, null, null));
        assertThat(Console.run(grant("cluster-owner", "lab", true)))
                .isEqualTo(id + " no longer has cluster-owner in c-abcde\n");
        assertThat(plane.objects(ClusterRoleTemplateBinding.class).list()).isEmpty();
    }

    @Test
    void refusesRolesThatAreNotThereLockedOrForProjects() throws Exception {
        Console.run(create("jo", "a good password"));
        plane.objects(Cluster.class).create(Resource.named("c-abcde", new Cluster(ClusterSpec.named("lab"), null)));

        assertThatThrownBy(() -> Console.run(grant("cluster-owner", null, false)))
                .hasMessageContaining("There is no global role cluster-owner");
        assertThatThrownBy(() -> Console.run(grant("locked", "lab", false))).hasMessageContaining("locked");
        assertThatThrownBy(() -> Console.run(grant("read-only", "lab", false)))
                .hasMessage("There is no role read-only for clusters");
    }

    @Test
    void deletesAUser() throws Exception {
        String id = Console.run(create("jo", "a good password")).strip();
        DeleteUsers delete = new DeleteUsers();
        delete.plane = plane;
        delete.users = List.of("jo");

        assertThat(Console.run(delete)).isEqualTo("Deleted " + id + "\n");
        assertThat(plane.objects(User.class).list()).isEmpty();
    }

    @Test
    void setsAPassword() throws Exception {
        String id = Console.run(create("jo", "a good password")).strip();
        SetPassword set = new SetPassword();
        set.plane = plane;
        set.signIns = desk;
        set.user = "jo";
        set.password = "another password";

        assertThat(Console.run(set)).isEqualTo("Password of " + id + " set\n");
        assertThat(desk.passwords).contains(id + " another password");
    }

    private CreateUser create(String username, String password) {
        CreateUser create = new CreateUser();
        create.plane = plane;
        create.signIns = desk;
        create.username = username;
        create.password = password;
        return create;
    }

    private GrantRole grant(String role, String cluster, boolean takeAway) {
        GrantRole grant = new GrantRole();
        grant.plane = plane;
        grant.user = "jo";
        grant.role = role;
        grant.cluster = cluster;
        grant.takeAway = takeAway;
        return grant;
    }

    private ListUsers list() {
        ListUsers list = new ListUsers();
        list.plane = plane;
        return list;
    }

    private static RoleTemplate template(String context, boolean locked) {
        return new RoleTemplate(
                "", "", List.of(), List.of(), context, false, false, false, locked, false, false, false);
    }
}
