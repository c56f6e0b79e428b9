package io.drover.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.auth.IdentityProvider;
import io.drover.api.auth.RedirectSignIn;
import io.drover.api.auth.SignIns;
import io.drover.api.kind.Field;
import io.drover.api.kind.KindDefinition;
import io.drover.api.kind.Rest;
import io.drover.api.kind.RestField;
import io.drover.api.kind.RestType;
import io.drover.api.kind.Secret;
import io.drover.api.model.Token;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The types of {@code /v3-public}: the ways to sign in that there are now, and what each takes and answers. */
final class PublicSchemas {

    static final String VERSION_PATH = "/v3-public";
    static final RestType PROVIDER = RestType.of(AuthProvider.class);
    static final RestType TOKEN = KindDefinition.of(Token.class).rest().orElseThrow();

    private static final String REDIRECT_URL = "redirectUrl";

    private final SignIns signIns;

    PublicSchemas(SignIns signIns) {
        this.signIns = signIns;
    }

    /** How a way to sign in is shown. */
    @Rest(type = "authProvider", plural = "authProviders", collectionMethods = "GET", resourceMethods = "GET")
    record AuthProvider(String type) {}

    record BasicLogin(
            @Field(required = true) String username,
            @Field(required = true, type = "string") @Secret String password,
            @Field(required = true) String description,
            @Field(required = true) String responseType,
            @Field(nullable = false, defaultValue = "0") Long ttl) {}

    record CodeLogin(
            @Field(required = true) String code,
            @Field(required = true) String description,
            @Field(required = true) String responseType,
            @Field(nullable = false, defaultValue = "0") Long ttl) {}

    /** @param token encrypted for whoever waits for it */
    @Rest(
            type = "authToken",
            plural = "authTokens",
            collectionMethods = {},
            resourceMethods = {"DELETE", "GET"})
    record AuthToken(String token, String expiresAt) {}

    /** By their ids. */
    Map<String, ObjectNode> all(Call call) {
        Map<String, ObjectNode> schemas = new TreeMap<>();
        add(call, PROVIDER, schemas);
        add(call, RestType.of(AuthToken.class), schemas);
        schemas.put(TOKEN.id(), Schemas.schema(call, VERSION_PATH, TOKEN, List.of(), List.of()));
        add(call, Schemas.OWNER_REFERENCE, schemas);
        for (IdentityProvider provider : signIns.providers()) {
            RestType login = login(provider);
            add(call, login, schemas);
            add(call, type(provider), schemas)
                    .putObject("resourceActions")
                    .putObject("login")
                    .put("input", login.id())
                    .put("output", TOKEN.id());
        }
        return schemas;
    }

    private static ObjectNode add(Call call, RestType type, Map<String, ObjectNode> schemas) {
        ObjectNode schema = Schemas.schema(call, VERSION_PATH, type, type.collectionMethods(), type.resourceMethods());
        schemas.put(type.id(), schema);
        return schema;
    }

    private static RestType type(IdentityProvider provider) {
        Map<String, RestField> fields = new LinkedHashMap<>(PROVIDER.fields());
        provider.shown().keySet().forEach(name -> fields.put(name, Fields.plain(name, "string", false)));
        if (provider instanceof RedirectSignIn) {
            fields.put(REDIRECT_URL, Fields.plain(REDIRECT_URL, "string", false));
        }
        return new RestType(
                provider.type(),
                provider.type() + "s",
                List.of(),
                PROVIDER.resourceMethods(),
                "",
                "",
                false,
                false,
                fields,
                Map.of());
    }

    private static RestType login(IdentityProvider provider) {
        return provider instanceof RedirectSignIn
                ? RestType.of(
                        provider.type()
                                .replaceFirst("OIDCProvider$", "OidcLogin")
                                .replaceFirst("Provider$", "Login"),
                        CodeLogin.class)
                : RestType.of("basicLogin", BasicLogin.class);
    }
}
