package io.drover.rest;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.auth.AuthProviders;
import io.drover.api.auth.IdentityProvider;
import io.drover.api.auth.IdentityProvider.SignedIn;
import io.drover.api.auth.IdentityProviderFactory;
import io.drover.api.auth.Principal;
import io.drover.api.kind.Field;
import io.drover.api.kind.Rest;
import io.drover.api.kind.Secret;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A directory of which one person is known, {@code zoe}, whose password is {@code right}. */
final class FakeProviders implements AuthProviders {

    static final Principal ZOE = new Principal("directory_user://zoe", false, "Zoe", "zoe", "directory");
    static final Principal STAFF = new Principal("directory_group://staff", true, "Staff", "", "directory");

    final Map<String, String> sealed = new HashMap<>();
    final Map<String, String> linked = new HashMap<>();
    final List<String> refreshed = new ArrayList<>();

    @Rest(
            type = "directoryConfig",
            plural = "directoryConfigs",
            collectionMethods = {},
            resourceMethods = {"GET", "PUT"})
    record DirectoryConfig(
            @Field(required = true) String host,
            @Field(nullable = false, defaultValue = "389") Integer port,
            @Field(required = true) @Secret String password) {}

    static final class Directory implements IdentityProviderFactory<DirectoryConfig> {
        @Override
        public String name() {
            return "directory";
        }

        @Override
        public Class<DirectoryConfig> configuration() {
            return DirectoryConfig.class;
        }

        @Override
        public IdentityProvider open(DirectoryConfig configuration) {
            throw new UnsupportedOperationException("The core opens providers, not the API");
        }
    }

    @Override
    public List<IdentityProviderFactory<?>> kinds() {
        return List.of(new Directory());
    }

    @Override
    public Optional<IdentityProvider> enabled(String name) {
        return Optional.empty();
    }

    @Override
    public Optional<URI> redirect(String provider, String browser) {
        return Optional.empty();
    }

    @Override
    public Optional<URI> redirect(String provider, Map<String, Object> settings, String browser) {
        return Optional.empty();
    }

    @Override
    public Optional<SignedIn> test(String provider, Map<String, Object> settings, Map<String, String> credentials) {
        boolean right = "zoe".equals(credentials.get("username"))
                && "right".equals(credentials.get("password"))
                && "directory.example.com".equals(settings.get("host"));
        return right
                ? Optional.of(new SignedIn(ZOE, List.of(STAFF), Map.of("uid", List.of("zoe")), Optional.of("keepsake")))
                : Optional.empty();
    }

    @Override
    public Map<String, Object> seal(String provider, Map<String, Object> settings, boolean complete) {
        if (complete && !settings.containsKey("host")) {
            throw DroverException.invalid("MissingRequired", "host", "host is missing");
        }
        Map<String, Object> result = new HashMap<>(settings);
        if (settings.get("password") instanceof String password && !password.startsWith("cattle-global-data:")) {
            sealed.put(provider, password);
            result.put("password", "cattle-global-data:directoryconfig-password");
        }
        return result;
    }

    @Override
    public void link(String userId, SignedIn signedIn) {
        if (linked.putIfAbsent(signedIn.user().id(), userId) != null) {
            throw new DroverException(Fault.CONFLICT, "Another user is known by that already");
        }
    }

    @Override
    public Optional<Principal> link(String userId, String provider, Map<String, String> credentials, String source) {
        return Optional.empty();
    }

    @Override
    public List<Principal> search(String text, Optional<Boolean> group) {
        return List.of(ZOE, STAFF).stream()
                .filter(principal -> group.isEmpty() || group.get() == principal.group())
                .filter(principal ->
                        principal.displayName().toLowerCase(Locale.ROOT).startsWith(text))
                .toList();
    }

    @Override
    public Optional<Principal> find(String principalId) {
        return List.of(ZOE, STAFF).stream()
                .filter(principal -> principal.id().equals(principalId))
                .findFirst();
    }

    @Override
    public void refresh(String userId) {
        refreshed.add(userId);
    }

    @Override
    public void refreshAll() {
        refreshed.add("all");
    }
}
