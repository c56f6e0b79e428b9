package io.drover.plugin.auth.ldap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.auth.IdentityProvider.SignedIn;
import io.drover.api.auth.Principal;
import io.drover.testbed.Need;
import io.drover.testbed.Needs;
import io.drover.testbed.SambaDomain;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The provider against a real domain controller, Samba's. */
@Needs(Need.SAMBA)
class ActiveDirectoryTest {

    private static final String USERS = "CN=Users," + SambaDomain.SUFFIX;

    private static SambaDomain domain;

    @BeforeAll
    static void start() {
        domain = SambaDomain.start();
    }

    @AfterAll
    static void stop() {
        domain.close();
    }

    private static LdapProvider provider(int port, boolean tls, boolean startTls, boolean nested) {
        return (LdapProvider) new ActiveDirectoryFactory()
                .open(new ActiveDirectoryConfig(
                        List.of(domain.address()),
                        port,
                        tls,
                        startTls,
                        domain.authority(),
                        10_000,
                        "EXAMPLE",
                        "service",
                        "service's Passw0rd",
                        SambaDomain.SUFFIX,
                        null,
                        "sAMAccountName|sn|givenName",
                        "sAMAccountName",
                        "name",
                        "person",
                        "userAccountControl",
                        2,
                        null,
                        null,
                        "sAMAccountName",
                        "name",
                        "group",
                        "distinguishedName",
                        "member",
                        "distinguishedName",
                        nested));
    }

    private static LdapProvider provider() {
        return provider(636, true, false, true);
    }

    private static Optional<SignedIn> signIn(LdapProvider provider, String username, String password) {
        return provider.signIn(Map.of("username", username, "password", password));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ann", "ANN", "EXAMPLE\\ann", "ann@example.org"})
    void somebodySignsInByEveryFormOfHisName(String name) {
        SignedIn ann = signIn(provider(), name, "ann's Passw0rd").orElseThrow();

        assertThat(ann.user().id()).isEqualTo("activedirectory_user://CN=ann," + USERS);
        assertThat(ann.user().loginName()).isEqualTo("ann");
        assertThat(ann.groups())
                .extracting(Principal::id)
                .contains(
                        "activedirectory_group://CN=devs," + USERS,
                        "activedirectory_group://CN=staff," + USERS,
                        "activedirectory_group://CN=everybody," + USERS);
    }

    @Test
    void whoIsAboutToSignInIsToldTheUsualDomain() {
        assertThat(provider().shown()).isEqualTo(Map.of("defaultLoginDomain", "EXAMPLE"));
    }

    @Test
    void groupsOfGroupsCountOnlyIfTheConfigurationSaysSo() {
        assertThat(signIn(provider(636, true, false, false), "ann", "ann's Passw0rd")
                        .orElseThrow()
                        .groups())
                .extracting(Principal::displayName)
                .contains("devs")
                .doesNotContain("staff", "everybody");
    }

    @Test
    void startTlsServesAsWell() {
        assertThat(signIn(provider(389, false, true, false), "bob", "bob's Passw0rd"))
                .isPresent();
    }

    @Test
    void aControllerThatTakesNoPasswordWithoutTlsSaysSo() {
        assertThatThrownBy(() -> signIn(provider(389, false, false, false), "bob", "bob's Passw0rd"))
                .isInstanceOfSatisfying(
                        DroverException.class, e -> assertThat(e.fault()).isEqualTo(Fault.UNAVAILABLE))
                .hasMessageContaining("encryption");
    }

    @ParameterizedTest
    @CsvSource({"disabled, is disabled", "expired, must change its password first"})
    void anAccountThatMayNotBeUsedIsRefusedWithTheReasonToWhomKnowsItsPassword(String name, String reason) {
        assertThatThrownBy(() -> signIn(provider(), name, name + "'s Passw0rd"))
                .isInstanceOfSatisfying(
                        DroverException.class, e -> assertThat(e.fault()).isEqualTo(Fault.DENIED))
                .hasMessageContaining(reason);
        assertThat(signIn(provider(), name, "wrong")).isEmpty();
    }

    @Test
    void thatAnAccountIsLockedIsNotToldSinceTheDirectorySaysItOfWrongPasswordsToo() {
        for (int i = 0; i < 10; i++) {
            assertThat(signIn(provider(), "locked", "wrong " + i)).isEmpty();
        }
        assertThat(signIn(provider(), "locked", "locked's Passw0rd"))
                .as("it is locked")
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"wrong", "", "*"})
    void aWrongPasswordProvesNothing(String password) {
        assertThat(signIn(provider(), "ann", password)).isEmpty();
    }

    @Test
    void peopleAndGroupsAreFoundAndDisabledOnesAreGone() {
        LdapProvider provider = provider();
        String ann = "activedirectory_user://CN=ann," + USERS;

        assertThat(provider.search("arch", Optional.empty(), 10))
                .extracting(Principal::id)
                .containsExactly(ann);
        assertThat(provider.search("dev", Optional.of(true), 10))
                .extracting(Principal::displayName)
                .containsExactly("devs");
        assertThat(provider.search("disabled", Optional.of(false), 10)).isEmpty();
        assertThat(provider.refresh(ann, Optional.empty())).isPresent();
        assertThat(provider.refresh("activedirectory_user://CN=disabled," + USERS, Optional.empty()))
                .isEmpty();
    }
}
