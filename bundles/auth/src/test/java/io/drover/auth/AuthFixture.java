package io.drover.auth;

import io.drover.api.auth.Callers.Identity;
import io.drover.api.auth.Callers.RequestHead;
import io.drover.api.model.AuthConfig;
import io.drover.api.model.ClusterRoleTemplateBinding;
import io.drover.api.model.Token;
import io.drover.api.model.User;
import io.drover.api.plane.Resource;
import io.drover.testkit.HandClock;
import io.drover.testkit.InMemoryPlane;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The whole of auth over a plane in memory; rights have changed once the plane has settled. */
final class AuthFixture implements AutoCloseable {

    static final String SECRET = "bcdfghjklmnpqrstvwxz2456789bcdfghjklmnpqrstvwxz2456789";

    final HandClock clock = new HandClock();
    final InMemoryPlane plane = new InMemoryPlane(clock, Optional.empty());
    final MemoryMfaVault vault = new MemoryMfaVault();
    final SecondFactors secondFactors = new SecondFactors(plane, vault, clock);
    final Accounts accounts;
    final RoleAuthorizer authorizer;
    final RequestCallers callers;
    final ProviderRegistry registry;

    AuthFixture() {
        BuiltinRoles.read().createMissing(plane);
        accounts = new Accounts(plane);
        authorizer = new RoleAuthorizer(plane, accounts, Runnable::run);
        callers = new RequestCallers(plane, accounts, authorizer, clock);
        registry = new ProviderRegistry(plane, accounts, new MemorySecrets(), clock);
    }

    void user(String id) {
        plane.objects(User.class)
                .create(Resource.named(
                        id, new User("Jo Doe", "", "jo", null, false, true, List.of("local://" + id), null, null)));
        plane.settle();
    }

    void enable(String id, boolean enabled) {
        plane.objects(User.class)
                .edit(
                        id,
                        user -> user.with(u -> new User(
                                u.displayName(),
                                u.description(),
                                u.username(),
                                u.password(),
                                u.mustChangePassword(),
                                enabled,
                                u.principalIds(),
                                null,
                                null)));
        plane.settle();
    }

    /** A provider that needs no configuration but may be turned off. */
    void provider(String name, boolean enabled) {
        AuthConfig config = new AuthConfig(name + "Config", enabled, "unrestricted", List.of(), Map.of());
        if (plane.objects(AuthConfig.class).get(name).isEmpty()) {
            plane.objects(AuthConfig.class).create(Resource.named(name, config));
        } else {
            plane.objects(AuthConfig.class).edit(name, resource -> resource.with(before -> config));
        }
        plane.settle();
    }

    void token(String name, String userId) {
        plane.objects(Token.class).create(token(name, userId, SecretHash.of(SECRET), "", "", true));
        plane.settle();
    }

    void member(String userId, String clusterId) {
        plane.objects(ClusterRoleTemplateBinding.class)
                .create(Resource.named(
                        clusterId,
                        "crtb-" + userId,
                        new ClusterRoleTemplateBinding(clusterId, "cluster-member", userId, null, null, null)));
        plane.settle();
    }

    static Resource<Token> token(
            String name, String userId, String hash, String expiresAt, String cluster, boolean enabled) {
        return Resource.named(
                name,
                new Token(
                        hash, userId, "local", 0L, "", expiresAt, false, false, false, enabled, "", null, null, null,
                        cluster, null));
    }

    Identity identify(String name) {
        return identify("/v3/users", name + ":" + SECRET);
    }

    Identity identify(String path, String value) {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.put("Authorization", List.of("Bearer " + value));
        headers.put("Host", List.of("drover.example.com"));
        return callers.identify(new RequestHead("GET", path, "", headers::get, "192.0.2.1"));
    }

    @Override
    public void close() throws Exception {
        registry.close();
        callers.close();
        authorizer.close();
        accounts.close();
        plane.close();
    }
}
