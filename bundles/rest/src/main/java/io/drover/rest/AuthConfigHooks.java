package io.drover.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.DroverException;
import io.drover.api.auth.AuthProviders;
import io.drover.api.auth.IdentityProvider.SignedIn;
import io.drover.api.auth.IdentityProviderFactory;
import io.drover.api.auth.Principal;
import io.drover.api.kind.RestType;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Configurations of identity providers are tried out before they hold, and turned off by an action. */
final class AuthConfigHooks extends TypeHooks {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Types types;
    private final Rights rights;
    private final Engine engine;
    private final AuthProviders providers;
    private final Optional<IdentityProviderFactory<?>> kind;

    /** @param kind empty for the type that stands for all, and for Drover's own users */
    AuthConfigHooks(
            Types types,
            Rights rights,
            Engine engine,
            AuthProviders providers,
            Optional<IdentityProviderFactory<?>> kind) {
        this.types = types;
        this.rights = rights;
        this.engine = engine;
        this.providers = providers;
        this.kind = kind;
    }

    /** Each is shown as what it is, also where all are listed. */
    @Override
    void show(Call call, ObjectNode stored, ObjectNode resource) {
        String type = stored.path("type").asText();
        Optional<ServedType> special =
                types.find(type).filter(found -> found.id().equals(type));
        if (resource.path("type").asText().equals("authConfig") && special.isPresent()) {
            resource.removeAll();
            resource.setAll(engine.show(call, special.get(), stored));
        }
        resource.put("baseType", "authConfig");
    }

    @Override
    Map<String, Action> actions() {
        if (kind.isEmpty()) {
            return Map.of();
        }
        RestType config = AuthConfigTypes.of(kind.get().configuration());
        RestType input = AuthConfigTypes.applyInput(kind.get(), config);
        Map<String, Action> actions = new TreeMap<>();
        actions.put(
                "disable",
                Action.of(
                        "",
                        (call, stored) -> mayUpdate(call, stored)
                                && stored.path("enabled").asBoolean(),
                        this::disable));
        actions.put("test", Action.of(input, "authConfigTestOutput", this::mayUpdate, this::test));
        actions.put("testAndApply", Action.of(input, "", this::mayUpdate, this::testAndApply));
        if (kind.get().redirects()) {
            actions.put(
                    "configureTest",
                    Action.ofChange(
                            config,
                            AuthConfigTypes.configureTestOutput(config).id(),
                            this::mayUpdate,
                            this::configureTest));
        }
        return actions;
    }

    @Override
    List<RestType> outputs() {
        RestType tested = RestType.of("authConfigTestOutput", AuthConfigTypes.TestOutput.class);
        return kind.filter(IdentityProviderFactory::redirects)
                .map(redirecting -> List.of(tested, AuthConfigTypes.configureTestOutput(type().type())))
                .orElse(List.of(tested));
    }

    private boolean mayUpdate(Call call, ObjectNode stored) {
        return rights.may(call, "update", type(), ObjectId.of(stored));
    }

    private ServedType type() {
        return types.own(
                kind.map(factory -> RestType.of(factory.configuration()).id()).orElse("authConfig"));
    }

    private Response disable(Call call, ObjectNode stored, ObjectNode none) {
        ServedType type = type();
        ObjectNode disabled = type.store().update(ObjectId.of(stored), object -> object.put("enabled", false));
        return Response.ok(engine.show(call, type, disabled)).build();
    }

    /** Nothing is stored; the answer says where to send the browser that signs in for the test. */
    private Response configureTest(Call call, ObjectNode stored, ObjectNode input) {
        String browser = BrowserCookie.of(call.request());
        String url = providers
                .redirect(name(stored), AuthConfigStore.settings(merged(stored, input)), browser)
                .orElseThrow(() -> DroverException.rejected("People sign in here without being sent elsewhere"))
                .toString();
        String output = AuthConfigTypes.configureTestOutput(type().type()).id();
        return Response.ok(JSON.objectNode()
                        .put("type", output)
                        .put("baseType", output)
                        .put("redirectUrl", url))
                .header(HttpHeaders.SET_COOKIE, BrowserCookie.header(browser))
                .build();
    }

    private Response test(Call call, ObjectNode stored, ObjectNode input) {
        SignedIn signedIn = signIn(call, stored, input);
        ObjectNode answer = JSON.objectNode().put("type", "authConfigTestOutput");
        ObjectNode claims = answer.putObject("claims");
        new TreeMap<>(signedIn.claims()).forEach((name, values) -> values.forEach(claims.putArray(name)::add));
        answer.set("principal", shown(signedIn.user()));
        ArrayNode groups = answer.putArray("groups");
        signedIn.groups().forEach(group -> groups.add(shown(group)));
        return Response.ok(answer).build();
    }

    /** Whoever applies a configuration proves with it that somebody can sign in, and is known by that principal from then on. */
    private Response testAndApply(Call call, ObjectNode stored, ObjectNode input) {
        SignedIn signedIn = signIn(call, stored, input);
        providers.link(call.caller().userId(), signedIn);
        ServedType type = type();
        ObjectNode sent = FieldRules.forUpdate(type.type(), sentConfig(input));
        ObjectNode applied = type.store().update(ObjectId.of(stored), object -> {
            type.type().store(sent, object);
            object.put("enabled", !input.has("enabled") || input.path("enabled").asBoolean());
            if (!object.path("accessMode").asText("unrestricted").equals("unrestricted")) {
                letIn(object, signedIn.user().id());
            }
            return object;
        });
        return Response.ok(engine.show(call, type, applied)).build();
    }

    private static void letIn(ObjectNode config, String principalId) {
        ArrayNode allowed = config.withArray("allowedPrincipalIds");
        for (int i = 0; i < allowed.size(); i++) {
            if (allowed.get(i).asText().equals(principalId)) {
                return;
            }
        }
        allowed.add(principalId);
    }

    private SignedIn signIn(Call call, ObjectNode stored, ObjectNode input) {
        Map<String, String> credentials = new HashMap<>();
        for (String field : List.of("username", "password", AuthProviders.CODE, AuthProviders.STATE)) {
            credentials.put(field, input.path(field).asText(""));
        }
        credentials.put(
                AuthProviders.BROWSER, BrowserCookie.sent(call.request()).orElse(""));
        return providers
                .test(name(stored), AuthConfigStore.settings(merged(stored, sentConfig(input))), credentials)
                .orElseThrow(() ->
                        DroverException.rejected("Nobody can sign in with this configuration and these credentials"));
    }

    private ObjectNode sentConfig(ObjectNode input) {
        return input.get(AuthConfigTypes.configField(type().type())) instanceof ObjectNode config
                ? config
                : JSON.objectNode();
    }

    /** The stored configuration with what was sent in its place. */
    private ObjectNode merged(ObjectNode stored, ObjectNode sent) {
        ObjectNode merged = stored.deepCopy();
        RestType type = type().type();
        type.store(FieldRules.forUpdate(type, sent), merged);
        return merged;
    }

    private static String name(ObjectNode stored) {
        return ObjectId.of(stored).name();
    }

    private static ObjectNode shown(Principal principal) {
        return JSON.objectNode()
                .put("principalId", principal.id())
                .put("name", principal.displayName())
                .put("loginName", principal.loginName())
                .put("provider", principal.provider());
    }
}
