package io.drover.plugin.auth.ldap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.auth.AccessRefresh;
import io.drover.api.auth.IdentityProvider.SignedIn;
import io.drover.api.auth.Principal;
import io.drover.api.auth.PrincipalDirectory;
import io.drover.testbed.Need;
import io.drover.testbed.Needs;
import io.drover.testbed.Slapd;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The provider against a real OpenLDAP server. */
@Needs(Need.SLAPD)
class OpenLdapTest {

    private static final String PEOPLE = "ou=people," + Slapd.SUFFIX;
    private static final String USER = "openldap_user://";
    private static final String GROUP = "openldap_group://cn=%s,ou=groups," + Slapd.SUFFIX;
    private static final int MANY = 100_000;

    private static Slapd slapd;

    /** What an administrator would fill in; tests change single things. */
    private static final class Configuration {
        List<String> servers = List.of("localhost");
        int port = slapd.port();
        boolean tls;
        boolean startTls;
        String certificate = slapd.authority();
        int timeout = 5000;
        String account = Slapd.ADMIN;
        String password = Slapd.ADMIN_PASSWORD;
        String userFilter = "";
        boolean nested = true;

        LdapProvider open() {
            return (LdapProvider) new OpenLdapFactory()
                    .open(new OpenLdapConfig(
                            servers,
                            port,
                            tls,
                            startTls,
                            certificate,
                            timeout,
                            account,
                            password,
                            PEOPLE,
                            userFilter,
                            "uid|sn|givenName",
                            "uid",
                            "cn",
                            "inetOrgPerson",
                            "memberOf",
                            "employeeNumber",
                            2,
                            "ou=groups," + Slapd.SUFFIX,
                            null,
                            "cn",
                            "cn",
                            "groupOfNames",
                            "entryDN",
                            "member",
                            "entryDN",
                            nested));
        }
    }

    @BeforeAll
    static void start() throws IOException {
        StringBuilder ldif = new StringBuilder();
        try (InputStream people = OpenLdapTest.class.getResourceAsStream("people.ldif")) {
            ldif.append(new String(people.readAllBytes(), StandardCharsets.UTF_8));
        }
        for (int i = 0; i < MANY; i++) {
            ldif.append(
                    "\ndn: uid=crowd%05d,%s\nobjectClass: inetOrgPerson\nuid: crowd%05d\ncn: Crowd %05d\nsn: Crowd\n"
                            .formatted(i, PEOPLE, i, i));
        }
        slapd = Slapd.start(ldif.toString());
    }

    @AfterAll
    static void stop() {
        slapd.close();
    }

    private static Optional<SignedIn> signIn(LdapProvider provider, String username, String password) {
        return provider.signIn(Map.of("username", username, "password", password));
    }

    @Test
    void somebodySignsInAndIsInTheGroupsOfHisGroupsToo() {
        SignedIn ann =
                signIn(new Configuration().open(), "ann", "ann's password").orElseThrow();

        assertThat(ann.user())
                .isEqualTo(new Principal(USER + "uid=ann," + PEOPLE, false, "Ann Archer", "ann", "openldap"));
        assertThat(ann.groups())
                .extracting(Principal::id)
                .as("although some are members of each other")
                .containsExactlyInAnyOrder(
                        GROUP.formatted("devs"), GROUP.formatted("staff"), GROUP.formatted("everybody"));
        assertThat(ann.claims()).containsEntry("sn", List.of("Archer")).doesNotContainKey("userpassword");
    }

    @Test
    void groupsOfGroupsCountOnlyIfTheConfigurationSaysSo() {
        Configuration configuration = new Configuration();
        configuration.nested = false;

        assertThat(signIn(configuration.open(), "ann", "ann's password")
                        .orElseThrow()
                        .groups())
                .extracting(Principal::displayName)
                .containsExactly("devs");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "wrong", "ANN'S PASSWORD", "ann's password\u0000", "*"})
    void aWrongPasswordProvesNothing(String password) {
        assertThat(signIn(new Configuration().open(), "ann", password)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nobody",
                "*",
                "a*",
                "ann)(uid=*",
                "ann)(|(uid=*",
                "*)(objectClass=*",
                "\\61nn",
                "\u0000",
                "ann\u0000",
                "uid=ann",
                "cn=admin,dc=example,dc=org"
            })
    void aNameIsNeverTakenForAFilter(String name) {
        assertThat(signIn(new Configuration().open(), name, "ann's password")).isEmpty();
    }

    @Test
    void aNameFullOfMetacharactersIsANameLikeOthers() {
        LdapProvider provider = new Configuration().open();

        SignedIn odd = signIn(provider, "odd,(na*me\\)", "odd's password").orElseThrow();

        assertThat(odd.groups()).extracting(Principal::displayName).contains("devs", "staff");
        assertThat(provider.find(odd.user().id())).contains(odd.user());
        assertThat(provider.refresh(odd.user().id(), Optional.empty())).isPresent();
    }

    @Test
    void anAccountThatTheDirectoryMarksAsDisabledIsRefusedWithItsRightPassword() {
        LdapProvider provider = new Configuration().open();

        assertThat(signIn(provider, "gone", "wrong")).isEmpty();
        assertThatThrownBy(() -> signIn(provider, "gone", "gone's password"))
                .isInstanceOfSatisfying(
                        DroverException.class, e -> assertThat(e.fault()).isEqualTo(Fault.DENIED));
    }

    @Test
    void anAdministratorsFilterHolds() {
        Configuration configuration = new Configuration();
        configuration.userFilter = "!(sn=Archer)";

        assertThat(signIn(configuration.open(), "ann", "ann's password")).isEmpty();
        assertThat(signIn(configuration.open(), "anna", "anna's password")).isPresent();
    }

    @Test
    void peopleAndGroupsAreFoundByHowTheirNamesBegin() {
        PrincipalDirectory directory = new Configuration().open();

        assertThat(directory.search("ann", Optional.of(false), 10))
                .extracting(Principal::loginName)
                .containsExactlyInAnyOrder("ann", "anna");
        assertThat(directory.search("st", Optional.of(true), 10))
                .extracting(Principal::id)
                .containsExactly(GROUP.formatted("staff"));
        assertThat(directory.search("odd (*", Optional.empty(), 10))
                .extracting(Principal::displayName)
                .containsExactly("Odd (*)");
        assertThat(directory.search("*", Optional.empty(), 10)).isEmpty();
        assertThat(directory.find(GROUP.formatted("devs")))
                .map(Principal::displayName)
                .contains("devs");
        assertThat(directory.find(GROUP.formatted("none"))).isEmpty();
        assertThat(directory.find(USER + "no name at all")).isEmpty();
        assertThat(directory.find("github_user://1")).isEmpty();
    }

    @Test
    void ofAHundredThousandAsManyAreReadPageByPageAsTheLimitSays() {
        LdapProvider directory = new Configuration().open();

        assertThat(directory.search("crowd", Optional.of(false), 1200)).hasSize(1200);
        assertThat(directory.search("crowd", Optional.of(false), 7)).hasSize(7);
        assertThat(directory.search("crowd99999", Optional.of(false), 7)).hasSize(1);
        assertThat(signIn(directory, "ann", "ann's password")).isPresent();
    }

    @Test
    void whoeverIsGoneOrInOtherGroupsIsFoundOutWithoutHim() {
        AccessRefresh provider = new Configuration().open();
        String leaving = USER + "uid=leaving," + PEOPLE;
        assertThat(provider.refresh(leaving, Optional.empty()).orElseThrow().groups())
                .extracting(Principal::displayName)
                .contains("devs");

        slapd.modify(
                """
                dn: cn=devs,ou=groups,dc=example,dc=org
                changetype: modify
                delete: member
                member: uid=leaving,ou=people,dc=example,dc=org
                """);
        assertThat(provider.refresh(leaving, Optional.empty()).orElseThrow().groups())
                .isEmpty();

        slapd.modify("dn: uid=leaving,ou=people,dc=example,dc=org\nchangetype: delete\n");
        assertThat(provider.refresh(leaving, Optional.empty())).isEmpty();
        assertThat(provider.refresh(USER + "uid=gone," + PEOPLE, Optional.empty()))
                .as("disabled")
                .isEmpty();
    }

    @Test
    void aReferralIsNotFollowed() throws IOException {
        try (ServerSocket elsewhere = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            elsewhere.setSoTimeout(1);
            slapd.modify(
                    """
                    dn: ou=elsewhere,ou=people,dc=example,dc=org
                    changetype: add
                    objectClass: referral
                    objectClass: extensibleObject
                    ou: elsewhere
                    ref: ldap://127.0.0.1:%d/dc=evil,dc=org
                    """
                            .formatted(elsewhere.getLocalPort()));

            LdapProvider provider = new Configuration().open();
            assertThat(signIn(provider, "ann", "ann's password")).isPresent();
            assertThat(provider.search("ann", Optional.empty(), 10)).hasSize(2);
            assertThatThrownBy(elsewhere::accept).as("a connection").isInstanceOf(IOException.class);
        }
    }

    @Test
    void everythingGoesOverTlsAsConfigured() {
        Configuration startTls = new Configuration();
        startTls.startTls = true;
        Configuration tls = new Configuration();
        tls.tls = true;
        tls.port = slapd.tlsPort();

        assertThat(signIn(startTls.open(), "ann", "ann's password")).isPresent();
        assertThat(signIn(tls.open(), "ann", "ann's password")).isPresent();
    }

    @Test
    void aCertificateMustBeTheDirectorysOwnAndByAnAuthorityThatIsTrusted() {
        Configuration anotherName = new Configuration();
        anotherName.tls = true;
        anotherName.port = slapd.tlsPort();
        anotherName.servers = List.of("127.0.0.1");
        Configuration unknownAuthority = new Configuration();
        unknownAuthority.startTls = true;
        unknownAuthority.certificate = "";

        assertUnavailable(anotherName, "is not one for 127.0.0.1");
        assertUnavailable(unknownAuthority, "");
    }

    @Test
    void theNextServerIsAskedWhenOneDoesNotAnswer() {
        Configuration configuration = new Configuration();
        configuration.servers = List.of("127.0.0.9", "localhost");

        assertThat(signIn(configuration.open(), "ann", "ann's password")).isPresent();
    }

    @Test
    void aDirectoryThatHangsIsGivenUp() {
        Configuration configuration = new Configuration();
        configuration.timeout = 500;
        slapd.suspend();
        try {
            assertUnavailable(configuration, "");
        } finally {
            slapd.resume();
        }
        assertThat(signIn(new Configuration().open(), "ann", "ann's password")).isPresent();
    }

    static Stream<Arguments> strangers() {
        return Stream.of(
                Arguments.of("nothing", new byte[0]),
                Arguments.of(
                        "another protocol", "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII)),
                Arguments.of(
                        "a message of two gigabytes",
                        new byte[] {0x30, (byte) 0x84, 0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x02, 0x01, 0x01}),
                Arguments.of("an answer to nothing", new byte[] {
                    0x30, 0x0c, 0x02, 0x01, 0x63, 0x61, 0x07, 0x0a, 0x01, 0x00, 0x04, 0x00, 0x04, 0x00
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("strangers")
    void whoeverDoesNotSpeakAsADirectoryIsGivenUp(String what, byte[] said) throws IOException {
        try (ServerSocket stranger = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"))) {
            List<Socket> sockets = new CopyOnWriteArrayList<>();
            Thread answering = new Thread(() -> {
                try {
                    while (true) {
                        Socket socket = stranger.accept();
                        sockets.add(socket);
                        socket.getOutputStream().write(said);
                    }
                } catch (IOException e) {
                    // The test is over.
                }
            });
            answering.setDaemon(true);
            answering.start();
            Configuration configuration = new Configuration();
            configuration.servers = List.of("127.0.0.1");
            configuration.port = stranger.getLocalPort();
            configuration.timeout = 500;

            assertUnavailable(configuration, "");

            assertThat(sockets).isNotEmpty();
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void aServiceAccountThatIsNotTakenIsSaid() {
        Configuration configuration = new Configuration();
        configuration.password = "canary-of-a-wrong-password";

        assertUnavailable(configuration, "service account");
    }

    @Test
    void aConfigurationThatCanNotWorkIsRefusedWithTheFieldAtFault() {
        Configuration both = new Configuration();
        both.tls = true;
        both.startTls = true;
        Configuration nowhere = new Configuration();
        nowhere.servers = List.of(" ");

        assertThatThrownBy(both::open).isInstanceOfSatisfying(DroverException.class, e -> assertThat(e.field())
                .contains("starttls"));
        assertThatThrownBy(nowhere::open).isInstanceOfSatisfying(DroverException.class, e -> assertThat(e.field())
                .contains("servers"));
    }

    private static void assertUnavailable(Configuration configuration, String why) {
        LdapProvider provider = configuration.open();
        assertThatThrownBy(() -> signIn(provider, "ann", "ann's password"))
                .isInstanceOfSatisfying(
                        DroverException.class, e -> assertThat(e.fault()).isEqualTo(Fault.UNAVAILABLE))
                .hasMessageContaining(why)
                .hasMessageNotContaining("canary");
    }
}
