package io.drover.shell.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.auth.Sessions.Which;
import io.drover.api.model.Token;
import io.drover.api.model.User;
import io.drover.api.plane.Resource;
import io.drover.shell.Console;
import io.drover.testkit.HandClock;
import io.drover.testkit.InMemoryPlane;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TokenCommandsTest {

    private final HandClock clock = new HandClock();
    private final InMemoryPlane plane = new InMemoryPlane(clock, Optional.empty());
    private final Console.Desk desk = new Console.Desk(plane);

    @BeforeEach
    void aUser() {
        plane.objects(User.class)
                .create(Resource.named("u-jo", new User("", "", "jo", null, false, true, List.of(), null, null)));
    }

    @AfterEach
    void close() {
        plane.close();
    }

    @Test
    void givesATokenAndPrintsItOnce() throws Exception {
        assertThat(Console.run(create("90d"))).isEqualTo("token-1:secret\n");
        assertThat(desk.issued).singleElement().matches(r -> r.ttl().equals(Duration.ofDays(90)));
        for (String ttl : List.of("", "soon", "-1d", "1", "9999999d", "1y")) {
            assertThatThrownBy(() -> Console.run(create(ttl))).hasMessageContaining("is not a time");
        }
    }

    @Test
    void listsTokensWithoutTheirHashes() throws Exception {
        Console.run(create(null));
        clock.goOn(Duration.ofHours(3));
        plane.objects(Token.class)
                .edit(
                        "token-1",
                        token -> token.with(t -> new Token(
                                t.token(),
                                t.userId(),
                                "local",
                                0L,
                                "ci",
                                "2026-01-01T02:00:00Z",
                                null,
                                null,
                                null,
                                true,
                                "",
                                "2026-01-01T01:00:00Z",
                                "192.0.2.7",
                                "kubectl",
                                "c-lab",
                                null)));
        ListTokens list = new ListTokens();
        list.plane = plane;
        list.clock = clock;

        String printed = Console.run(list);

        assertThat(printed).contains("token-1", "u-jo", "api", "c-lab", "3h", "2h", "expired", "ci");
        assertThat(printed).doesNotContain("$hash");
    }

    @Test
    void revokesNamedTokensOrAllOfAUser() throws Exception {
        Console.run(create(null));
        Console.run(create(null));
        Console.run(create(null));
        RevokeTokens revoke = new RevokeTokens();
        revoke.plane = plane;
        List<Which> asked = new ArrayList<>();
        revoke.sessions = which -> {
            asked.add(which);
            return List.of("token-2", "token-3");
        };

        assertThatThrownBy(() -> Console.run(revoke)).hasMessageContaining("Say either");
        revoke.names = List.of("token-1", "token-none");
        assertThatThrownBy(() -> Console.run(revoke)).hasMessage("There is no token token-none");
        assertThat(plane.objects(Token.class).list()).hasSize(3);
        revoke.names = List.of("token-1");
        assertThat(Console.run(revoke)).isEqualTo("Revoked token-1\n");
        revoke.names = null;
        revoke.user = "jo";
        assertThat(Console.run(revoke)).isEqualTo("Revoked token-2\nRevoked token-3\n");
        revoke.user = null;
        revoke.all = true;
        revoke.before = "2026-05-01";
        revoke.sessionsOnly = true;
        Console.run(revoke);
        assertThat(asked)
                .containsExactly(
                        Which.allOf("u-jo"),
                        new Which(
                                Optional.empty(),
                                true,
                                Optional.of(Instant.parse("2026-05-01T00:00:00Z")),
                                Optional.empty()));
        revoke.before = "yesterday";
        assertThatThrownBy(() -> Console.run(revoke)).hasMessageContaining("yesterday");
    }

    private CreateToken create(String ttl) {
        CreateToken create = new CreateToken();
        create.plane = plane;
        create.signIns = desk;
        create.user = "jo";
        create.ttl = ttl;
        return create;
    }
}
