package io.drover.rest;

import io.drover.api.auth.IdentityProviderFactory;
import io.drover.api.kind.Rest;
import io.drover.api.kind.RestField;
import io.drover.api.kind.RestType;
import io.drover.api.model.AuthConfig;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The types of identity providers' configurations: what all have, and what a plugin's record adds. */
final class AuthConfigTypes {

    static final RestType COMMON = RestType.of(AuthConfig.class);

    private AuthConfigTypes() {}

    /** Drover's own users need no configuration. */
    @Rest(
            type = "localConfig",
            plural = "localConfigs",
            collectionMethods = {},
            resourceMethods = "GET")
    record LocalConfig() {}

    record ConfigureTestOutput(String redirectUrl) {}

    /**
     * What signing in by a configuration came to.
     *
     * @param claims what the provider told
     * @param principal whom it is about
     * @param groups what he would be in
     */
    record TestOutput(Map<String, List<String>> claims, TestedPrincipal principal, List<TestedPrincipal> groups) {}

    record TestedPrincipal(String principalId, String name, String loginName, String provider) {}

    static RestType of(Class<? extends Record> configuration) {
        RestType own = RestType.of(configuration);
        Map<String, RestField> fields = new TreeMap<>(COMMON.fields());
        own.fields().forEach(fields::putIfAbsent);
        return new RestType(
                own.id(),
                own.plural(),
                own.collectionMethods(),
                own.resourceMethods(),
                "",
                "",
                false,
                false,
                fields,
                own.subTypes());
    }

    /** What sending a browser away to try out a configuration answers. */
    static RestType configureTestOutput(RestType config) {
        return RestType.of(actionPrefix(config, true) + "TestOutput", ConfigureTestOutput.class);
    }

    /** The actions of kinds that were added later begin with the name of the kind alone. */
    private static String actionPrefix(RestType config, boolean redirects) {
        return switch (config.id()) {
            case "oidcConfig" -> "oidc";
            case "keyCloakOIDCConfig" -> "keyCloakOidc";
            default -> redirects ? config.id() : config.id().replaceFirst("Config$", "");
        };
    }

    /** What the actions that try out a configuration take: it, and whatever signs somebody in. */
    static RestType applyInput(IdentityProviderFactory<?> kind, RestType config) {
        Map<String, RestField> fields = new TreeMap<>();
        add(fields, configField(config), config.id(), false);
        add(fields, "enabled", "boolean", false);
        if (kind.redirects()) {
            add(fields, "code", "string", true);
            add(fields, "state", "string", false);
        } else {
            add(fields, "username", "string", false);
            add(fields, "password", "password", true);
        }
        String id = actionPrefix(config, kind.redirects()) + (kind.redirects() ? "ApplyInput" : "TestAndApplyInput");
        return new RestType(id, id + "s", List.of(), List.of(), "", "", false, false, fields, Map.of());
    }

    /** The field of that input: all directories but Active Directory share one. */
    static String configField(RestType config) {
        return switch (config.id()) {
            case "openLdapConfig", "freeIpaConfig" -> "ldapConfig";
            case "keyCloakOIDCConfig" -> "oidcConfig";
            default -> config.id();
        };
    }

    private static void add(Map<String, RestField> fields, String name, String type, boolean secret) {
        fields.put(name, Fields.plain(name, type, secret));
    }
}
