package io.drover.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.auth.AuthProviders;
import io.drover.api.auth.Caller;
import io.drover.api.auth.IdentityProvider;
import io.drover.api.auth.RedirectSignIn;
import io.drover.api.auth.SignIns;
import io.drover.api.auth.SignIns.IssuedToken;
import io.drover.api.auth.SignIns.TokenRequest;
import io.drover.api.model.Token;
import io.drover.api.model.Token.TokenPrincipal.PrincipalMeta;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /v3-public}: the ways to sign in, for callers whom nobody knows yet. */
@Path("/v3-public")
public final class PublicApi {

    private static final Logger log = LoggerFactory.getLogger(PublicApi.class);
    private static final String BACK_CHANNEL_LOGOUT = "backchannellogout";
    private static final String KUBECONFIG = "kubeconfig";

    @Context
    private HttpServletRequest request;

    @Context
    private UriInfo uri;

    @Context
    private HttpServletResponse response;

    private final PublicSchemas schemas;
    private final SignIns signIns;
    private final AuthProviders providers;
    private final WaitingTokens waitingTokens;
    private final DeviceSignIns devices;
    private final Settings settings;
    private final Clock clock;

    PublicApi(
            SignIns signIns,
            AuthProviders providers,
            WaitingTokens waitingTokens,
            DeviceSignIns devices,
            Settings settings,
            Clock clock) {
        this.schemas = new PublicSchemas(signIns);
        this.signIns = signIns;
        this.providers = providers;
        this.waitingTokens = waitingTokens;
        this.devices = devices;
        this.settings = settings;
        this.clock = clock;
    }

    @GET
    public ObjectNode root() {
        Urls urls = call().urls();
        return ManagementApi.apiRoot(
                "v3public",
                PublicSchemas.VERSION_PATH,
                new TreeMap<>(Map.of(
                        "authProviders", urls.to(PublicSchemas.VERSION_PATH + "/authproviders"),
                        "authTokens", urls.to(PublicSchemas.VERSION_PATH + "/authtokens"),
                        "root", urls.to(PublicSchemas.VERSION_PATH),
                        "self", urls.to(PublicSchemas.VERSION_PATH))));
    }

    @GET
    @Path("schemas")
    public ObjectNode schemas() {
        Call call = call();
        return Schemas.collection(
                call, PublicSchemas.VERSION_PATH + "/schemas", schemas.all(call).values());
    }

    @GET
    @Path("schemas/{id}")
    public ObjectNode schema(@PathParam("id") String id) {
        return Schemas.require(schemas.all(call()), id);
    }

    @GET
    @Path("{type}")
    public ObjectNode list(@PathParam("type") String typeName) {
        Call call = call();
        if (!isNamed(PublicSchemas.PROVIDER.id(), typeName)) {
            providers(typeName); // or there is no such type
            throw Refusal.methodNotSupported("GET");
        }
        List<ObjectNode> shown = signIns.providers().stream()
                .map(provider -> show(call, provider))
                .toList();
        return new Listing(call, PublicSchemas.PROVIDER, call.urls().to(call.path())).sorted(shown);
    }

    @GET
    @Path("{type}/{id}")
    public ObjectNode get(@PathParam("type") String typeName, @PathParam("id") String id) {
        return show(call(), provider(typeName, id));
    }

    @POST
    @Path("{type}/{id}")
    public Response act(
            @PathParam("type") String typeName,
            @PathParam("id") String id,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) String contentType,
            InputStream body)
            throws IOException {
        IdentityProvider provider = provider(typeName, id);
        String action = uri.getQueryParameters().getFirst("action");
        if (BACK_CHANNEL_LOGOUT.equals(action)) {
            return endSessions(provider, BodyReader.read(contentType, body));
        }
        if (action == null) {
            throw Refusal.methodNotSupported("POST");
        }
        if (!action.equals("login")) {
            throw DroverException.invalid("InvalidAction", null, "Invalid action: " + action);
        }
        return signIn(call(), provider, BodyReader.read(contentType, body));
    }

    /** What a provider tells by a request of its own, as OpenID Connect Back-Channel Logout 1.0 has it. */
    private Response endSessions(IdentityProvider provider, ObjectNode form) {
        try {
            signIns.endSessions(provider.name(), form.path("logout_token").asText(""), request.getRemoteAddr());
        } catch (DroverException e) {
            throw e.fault() == Fault.REJECTED ? Refusal.badRequest(e.getMessage()) : e;
        }
        return Response.ok().header(HttpHeaders.CACHE_CONTROL, "no-store").build();
    }

    private Response signIn(Call call, IdentityProvider provider, ObjectNode body) {
        String userCode = body.path("userCode").asText("");
        Optional<DeviceSignIn> device =
                userCode.isEmpty() ? Optional.empty() : Optional.of(devices.require(userCode, request.getRemoteAddr()));
        String responseType = device.map(DeviceSignIn::responseType)
                .orElseGet(() -> body.path("responseType").asText(""));
        Optional<WaitingTokens.Request> program = device.map(waiting ->
                        new WaitingTokens.Request(userCode, waiting.waitsAs(), ProgramKey.of(waiting.publicKey())))
                .or(() -> WaitingTokens.requested(body));
        if (program.filter(waitingTokens::isTaken).isPresent()) {
            throw Refusal.conflict("AlreadyExists", "A token waits under this requestId already");
        }
        call.audited().signsIn(provider.name(), body.path("username").asText(""));
        IssuedToken token = signIns.signIn(
                        provider.name(),
                        credentials(provider, body),
                        wanted(responseType, body),
                        request.getRemoteAddr())
                .orElseThrow(() -> new DroverException(Fault.UNAUTHENTICATED, "authentication failed"));
        call.audited().caller(signedIn(token));
        if (program.isPresent()) {
            waitingTokens.put(
                    program.get(), token.value(), token.token().value().expiresAt());
            device.ifPresent(waiting -> devices.remove(userCode));
            return Response.ok(AuthTokensApi.shown(program.get().id())).build();
        }
        if (responseType.equals("cookie")) {
            return Response.ok()
                    .header(
                            HttpHeaders.SET_COOKIE,
                            TokenHooks.SESSION_COOKIE + "=" + token.value()
                                    + "; Path=/; HttpOnly; Secure; SameSite=Lax")
                    .build();
        }
        return Response.status(201).entity(show(call, token)).build();
    }

    private static Caller signedIn(IssuedToken issued) {
        Token token = issued.token().value();
        Map<String, List<String>> extra = new HashMap<>();
        Optional.ofNullable(token.userPrincipal()).ifPresent(principal -> {
            Optional.ofNullable(principal.loginName()).ifPresent(name -> extra.put("username", List.of(name)));
            Optional.ofNullable(principal.metadata())
                    .map(PrincipalMeta::name)
                    .ifPresent(id -> extra.put("principalid", List.of(id)));
        });
        return new Caller(
                token.userId(),
                List.of(),
                extra,
                Optional.of(issued.token().name()),
                issued.token()
                        .label(Token.SECOND_FACTOR_LABEL)
                        .filter("true"::equals)
                        .isPresent());
    }

    private Map<String, String> credentials(IdentityProvider provider, ObjectNode body) {
        Map<String, String> credentials = new HashMap<>();
        body.properties().forEach(entry -> {
            if (entry.getValue().isValueNode() && !entry.getValue().isNull()) {
                credentials.put(entry.getKey(), entry.getValue().asText());
            }
        });
        if (provider instanceof RedirectSignIn) {
            credentials.put(AuthProviders.BROWSER, BrowserCookie.sent(request).orElse(""));
        }
        return credentials;
    }

    private TokenRequest wanted(String responseType, ObjectNode body) {
        if (responseType.equals(KUBECONFIG) || responseType.startsWith(KUBECONFIG + "_")) {
            String cluster = responseType.equals(KUBECONFIG) ? "" : responseType.substring(KUBECONFIG.length() + 1);
            return new TokenRequest(
                    KUBECONFIG,
                    "Kubeconfig token",
                    settings.minutes("kubeconfig-token-ttl-minutes", 960),
                    cluster,
                    true);
        }
        return new TokenRequest(
                "session",
                body.path("description").asText(""),
                settings.minutes("auth-user-session-ttl-minutes", 960),
                "",
                false);
    }

    private ObjectNode show(Call call, IssuedToken token) {
        ObjectNode stored = TokenStore.write(token);
        String name = token.token().name();
        ObjectNode shown = PublicSchemas.TOKEN
                .show(stored)
                .put("id", name)
                .put("type", PublicSchemas.TOKEN.id())
                .put("baseType", PublicSchemas.TOKEN.id())
                .put("current", false);
        TokenHooks.complete(stored, shown, clock);
        shown.putObject("links").put("self", call.urls().to(PublicSchemas.VERSION_PATH + "/tokens/" + name));
        return shown;
    }

    private ObjectNode show(Call call, IdentityProvider provider) {
        String self = call.urls().to(PublicSchemas.VERSION_PATH + "/" + provider.type() + "s/" + provider.name());
        ObjectNode shown = JsonNodeFactory.instance.objectNode();
        shown.put("id", provider.name())
                .put("type", provider.type())
                .put("baseType", PublicSchemas.PROVIDER.id())
                .put("name", provider.name())
                .putNull("creatorId");
        provider.shown().forEach(shown::put);
        shown.putObject("links").put("self", self);
        shown.putObject(call.actionsKey()).put("login", self + "?action=login");
        if (provider instanceof RedirectSignIn redirecting) {
            showRedirect(redirecting, shown);
        }
        return shown;
    }

    /** Where the browser that asks is to go, now and once. */
    private void showRedirect(RedirectSignIn provider, ObjectNode shown) {
        String browser = BrowserCookie.of(request);
        try {
            providers.redirect(provider.name(), browser).ifPresent(url -> shown.put("redirectUrl", url.toString()));
            provider.signOut().ifPresent(url -> shown.put("logoutUrl", url.toString()));
        } catch (DroverException e) {
            log.warn("A provider can't say where to sign in: provider={} reason={}", provider.name(), e.getMessage());
        }
        response.setHeader(HttpHeaders.SET_COOKIE, BrowserCookie.header(browser));
    }

    /** Those of a type, or all when asked for what they have in common. */
    private List<IdentityProvider> providers(String typeName) {
        if (isNamed(PublicSchemas.PROVIDER.id(), typeName)) {
            return signIns.providers();
        }
        List<IdentityProvider> found = signIns.providers().stream()
                .filter(provider -> isNamed(provider.type(), typeName))
                .toList();
        if (found.isEmpty()) {
            throw Types.unknown(typeName);
        }
        return found;
    }

    private IdentityProvider provider(String typeName, String id) {
        return providers(typeName).stream()
                .filter(provider -> provider.name().equals(id))
                .findFirst()
                .orElseThrow(() -> Refusal.notFound(typeName + " \"" + id + "\" not found"));
    }

    private static boolean isNamed(String typeId, String name) {
        return name.equalsIgnoreCase(typeId) || name.equalsIgnoreCase(typeId + "s");
    }

    private Call call() {
        return Call.of(request, uri);
    }
}
