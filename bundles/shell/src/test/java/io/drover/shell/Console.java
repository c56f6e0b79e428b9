package io.drover.shell;

import io.drover.api.DroverException;
import io.drover.api.auth.IdentityProvider;
import io.drover.api.auth.SignIns;
import io.drover.api.model.Token;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Resource;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs a command and keeps what it printed; and a sign-in service that notes what it was asked for. */
public final class Console {

    private Console() {}

    public static String run(DroverCommand command) throws InterruptedException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            command.run(out);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** Issues tokens without secrets of any worth. */
    public static final class Desk implements SignIns {

        public final List<TokenRequest> issued = new ArrayList<>();
        public final List<String> passwords = new ArrayList<>();
        private final ManagementPlane plane;

        public Desk(ManagementPlane plane) {
            this.plane = plane;
        }

        @Override
        public List<IdentityProvider> providers() {
            return List.of();
        }

        @Override
        public Optional<IssuedToken> signIn(
                String provider, Map<String, String> credentials, TokenRequest request, String remoteAddress) {
            return Optional.empty();
        }

        @Override
        public IssuedToken issue(String userId, TokenRequest request) {
            issued.add(request);
            Resource<Token> token = plane.objects(Token.class)
                    .create(Resource.named(
                            "token-" + issued.size(),
                            new Token(
                                    "$hash",
                                    userId,
                                    "local",
                                    0L,
                                    request.description(),
                                    "",
                                    null,
                                    null,
                                    null,
                                    true,
                                    "",
                                    null,
                                    null,
                                    null,
                                    request.clusterId(),
                                    null)));
            return new IssuedToken(token, token.name() + ":secret");
        }

        @Override
        public void setPassword(String userId, String newPassword, boolean mustChange, Optional<String> keptSession) {
            if (newPassword.length() < 12) {
                throw DroverException.rejected("Password must be at least 12 characters");
            }
            passwords.add(userId + " " + newPassword + (mustChange ? " must change" : ""));
        }

        @Override
        public boolean passwordMatches(String userId, String password) {
            return false;
        }
    }
}
