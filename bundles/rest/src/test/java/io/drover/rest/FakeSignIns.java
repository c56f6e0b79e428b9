package io.drover.rest;

import io.drover.api.DroverException;
import io.drover.api.auth.IdentityProvider;
import io.drover.api.auth.Principal;
import io.drover.api.auth.SignIns;
import io.drover.api.kind.KindJson;
import io.drover.api.model.Token;
import io.drover.api.model.User;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Resource;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Local users whose passwords are kept in clear, and tokens whose secret is always the same. */
final class FakeSignIns implements SignIns {

    static final String SECRET = "bcdfghjklmnpqrstvwxz2456789bcdfghjklmnpqrstvwxz2456789";

    private final ManagementPlane plane;
    private final Map<String, String> passwords = new HashMap<>();
    private int issued;

    FakeSignIns(ManagementPlane plane) {
        this.plane = plane;
    }

    @Override
    public List<IdentityProvider> providers() {
        return List.of(new IdentityProvider() {
            @Override
            public String name() {
                return "local";
            }

            @Override
            public String type() {
                return "localProvider";
            }

            @Override
            public Optional<SignedIn> signIn(Map<String, String> credentials) {
                return user(credentials)
                        .map(user -> new SignedIn(
                                new Principal("local://" + user.name(), false, "", "", "local"), List.of()));
            }
        });
    }

    private Optional<Resource<User>> user(Map<String, String> credentials) {
        return plane.objects(User.class).list().stream()
                .filter(user -> credentials
                        .getOrDefault("username", "")
                        .equals(user.value().username()))
                .filter(user -> passwordMatches(user.name(), credentials.get("password")))
                .findFirst();
    }

    @Override
    public Optional<IssuedToken> signIn(
            String provider, Map<String, String> credentials, TokenRequest request, String remoteAddress) {
        return user(credentials).map(user -> issue(user.name(), request));
    }

    @Override
    public synchronized IssuedToken issue(String userId, TokenRequest request) {
        issued++;
        String name = "token-" + issued;
        if (request.kind().equals("kubeconfig")) {
            String first = "kubeconfig-" + userId;
            name = plane.objects(Token.class).get(first).isEmpty() ? first : first + "-" + issued;
        }
        String expiresAt = request.ttl().isZero()
                ? ""
                : Instant.now()
                        .plus(request.ttl())
                        .truncatedTo(ChronoUnit.SECONDS)
                        .toString();
        Token token = token(Map.of(
                "token",
                "hash",
                "userId",
                userId,
                "authProvider",
                "local",
                "ttl",
                request.ttl().toMillis(),
                "description",
                request.description(),
                "expiresAt",
                expiresAt,
                "isDerived",
                request.derived(),
                "clusterName",
                request.clusterId(),
                "userPrincipal",
                Map.of("metadata", Map.of("name", "local://" + userId))));
        Resource<Token> stored = plane.objects(Token.class)
                .create(Resource.named(name, token)
                        .withMetadata(metadata -> metadata.setLabels(new HashMap<>(Map.of(
                                "cattle.io/creator",
                                "norman",
                                Token.USER_LABEL,
                                userId,
                                Token.KIND_LABEL,
                                request.kind())))));
        return new IssuedToken(stored, name + ":" + SECRET);
    }

    private static Token token(Map<String, Object> fields) {
        return KindJson.mapper().convertValue(fields, Token.class);
    }

    @Override
    public void setPassword(String userId, String newPassword, boolean mustChange, Optional<String> keptSession) {
        if (newPassword.length() > 1024) {
            throw DroverException.invalid("InvalidBodyContent", null, "Password must be at most 1024 characters");
        }
        if (newPassword.length() < 12) {
            throw DroverException.invalid("InvalidBodyContent", null, "Password must be at least 12 characters");
        }
        passwords.put(userId, newPassword);
    }

    void givePassword(String userId, String password) {
        passwords.put(userId, password);
    }

    @Override
    public boolean passwordMatches(String userId, String password) {
        return password != null && password.equals(passwords.get(userId));
    }
}
