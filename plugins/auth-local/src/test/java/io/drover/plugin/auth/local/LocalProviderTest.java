package io.drover.plugin.auth.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.auth.IdentityProvider.SignedIn;
import io.drover.api.auth.PasswordHasher;
import io.drover.api.auth.Principal;
import io.drover.api.model.User;
import io.drover.api.plane.Resource;
import io.drover.testkit.InMemoryPlane;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LocalProviderTest {

    /** bcrypt of {@code U*U}, from its authors' test vectors. */
    private static final String BCRYPT = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

    private final InMemoryPlane plane = new InMemoryPlane();
    private final Recorder hasher = new Recorder();
    private final LocalProvider provider = new LocalProvider(plane, hasher);

    @BeforeEach
    void aUser() {
        create("u-jo", "jo", Argon2.hash("correct horse"), true);
        hasher.work.clear();
    }

    @AfterEach
    void close() {
        plane.close();
    }

    @Test
    void knowsAUserByNameAndPassword() {
        assertThat(signIn("jo", "correct horse"))
                .contains(new SignedIn(new Principal("local://u-jo", false, "Display jo", "jo", "local"), List.of()));
    }

    @Test
    void refusesWrongOnesWithoutSayingWhich() {
        assertThat(signIn("jo", "wrong")).isEmpty();
        assertThat(signIn("Jo", "correct horse")).isEmpty();
        assertThat(signIn("nobody", "correct horse")).isEmpty();
        assertThat(signIn("", "")).isEmpty();
        assertThat(signIn("jo", "")).isEmpty();
        assertThat(provider.signIn(Map.of())).isEmpty();
    }

    @Test
    void neverTakesTheUnknownUsersStandInForAPassword() {
        assertThat(signIn("nobody", "nobody")).isEmpty();
        create("u-none", "external", "", true);
        assertThat(signIn("external", "nobody")).isEmpty();
        assertThat(signIn("external", "")).isEmpty();
    }

    @Test
    void doesTheSameWorkWhetherTheUserExistsOrNot() {
        assertThat(workOf("jo", "wrong")).containsExactly("argon2id");
        assertThat(workOf("nobody", "wrong")).containsExactly("argon2id");
        assertThat(workOf("jo", "x".repeat(1 << 20))).containsExactly("argon2id");

        create("u-old", "old", BCRYPT, true);

        assertThat(workOf("jo", "wrong")).containsExactly("argon2id", "bcrypt");
        assertThat(workOf("old", "wrong")).containsExactly("argon2id", "bcrypt");
        assertThat(workOf("nobody", "wrong")).containsExactly("argon2id", "bcrypt");
    }

    @Test
    void renewsABcryptHashAtTheNextSignIn() {
        create("u-old", "old", BCRYPT, true);

        assertThat(signIn("old", "U*U")).isPresent();

        assertThat(stored("u-old")).startsWith("$argon2id$");
        plane.settle();
        assertThat(signIn("old", "U*U")).isPresent();
        assertThat(signIn("old", "U*V")).isEmpty();
    }

    @Test
    void tellsADisabledUserSoOnlyIfHeKnowsHisPassword() {
        create("u-off", "off", Argon2.hash("correct horse"), false);

        assertThat(signIn("off", "wrong")).isEmpty();
        assertThatThrownBy(() -> signIn("off", "correct horse"))
                .isInstanceOfSatisfying(
                        DroverException.class, e -> assertThat(e.fault()).isEqualTo(Fault.DENIED));
    }

    private List<String> workOf(String username, String password) {
        hasher.work.clear();
        assertThat(signIn(username, password)).isEmpty();
        return List.copyOf(hasher.work);
    }

    private Optional<SignedIn> signIn(String username, String password) {
        return provider.signIn(Map.of("username", username, "password", password));
    }

    private String stored(String id) {
        return plane.objects(User.class).get(id).orElseThrow().value().password();
    }

    private void create(String id, String username, String hash, boolean enabled) {
        plane.objects(User.class)
                .create(Resource.named(
                        id,
                        new User(
                                "Display " + username,
                                "",
                                username,
                                hash,
                                false,
                                enabled,
                                List.of("local://" + id),
                                null,
                                null)));
        plane.settle();
    }

    /** The real hasher, and a note of the work it did. */
    private static final class Recorder implements PasswordHasher {

        final List<String> work = new ArrayList<>();
        private final PasswordHashes real = new PasswordHashes();

        @Override
        public String hash(String password) {
            return real.hash(password);
        }

        @Override
        public boolean matches(String hash, String password) {
            work.add(Argon2.isOne(hash) ? "argon2id" : "bcrypt");
            return real.matches(hash, password);
        }
    }
}
