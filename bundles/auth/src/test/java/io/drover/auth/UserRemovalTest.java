package io.drover.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.model.ClusterRoleTemplateBinding;
import io.drover.api.model.GlobalRoleBinding;
import io.drover.api.model.Token;
import io.drover.api.model.User;
import io.drover.api.model.UserAttribute;
import io.drover.api.plane.Resource;
import io.drover.testkit.Eventually;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UserRemovalTest {

    private final AuthFixture auth = new AuthFixture();

    @AfterEach
    void close() throws Exception {
        auth.close();
    }

    @Test
    void leavesNothingThatAnotherOfTheSameIdWouldInherit() {
        auth.user("u-jo");
        auth.token("token-jo", "u-jo");
        auth.member("u-jo", "c-lab");
        globalRole("grb-jo", "u-jo");
        auth.plane
                .objects(UserAttribute.class)
                .create(Resource.named("u-jo", new UserAttribute("", Map.of(), "", false, Map.of())));
        auth.secondFactors.begin("u-jo");
        auth.plane
                .objects(User.class)
                .create(Resource.named("u-al", new User("", "", "al", null, false, true, List.of(), null, null)));
        auth.token("token-al", "u-al");
        auth.member("u-al", "c-lab");
        globalRole("grb-al", "u-al");

        auth.registry.keep("u-jo", "github", "what he left for the next time");
        auth.registry.keep("u-jo2", "github", "another's");
        UserRemoval removal =
                new UserRemoval(auth.plane, new TokenSessions(auth.plane), auth.secondFactors, auth.registry);
        removal.finalise(auth.plane.objects(User.class).get("u-jo").orElseThrow());
        auth.plane.settle();

        assertThat(auth.registry.keepsake("u-jo", "github")).isEmpty();
        assertThat(auth.registry.keepsake("u-jo2", "github")).isPresent();
        assertThat(auth.plane.objects(Token.class).list())
                .extracting(Resource::name)
                .containsExactly("token-al");
        assertThat(auth.plane.objects(GlobalRoleBinding.class).list())
                .extracting(Resource::name)
                .containsExactly("grb-al");
        assertThat(auth.plane.objects(ClusterRoleTemplateBinding.class).list())
                .extracting(Resource::name)
                .containsExactly("crtb-u-al");
        assertThat(auth.plane.objects(UserAttribute.class).list()).isEmpty();
        assertThat(auth.vault.read("u-jo")).isEmpty();
        Eventually.until("his grants are gone", () -> auth.authorizer.grantsIn("c-lab").stream()
                .noneMatch(grant -> grant.subject().equals("u-jo")));
        assertThat(auth.authorizer.grantsIn("c-lab"))
                .anyMatch(grant -> grant.subject().equals("u-al"));
    }

    private void globalRole(String name, String user) {
        auth.plane
                .objects(GlobalRoleBinding.class)
                .create(Resource.named(name, new GlobalRoleBinding("user", user, null)));
    }
}
