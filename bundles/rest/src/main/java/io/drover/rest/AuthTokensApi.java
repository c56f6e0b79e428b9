package io.drover.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.DroverException;
import io.drover.rest.DeviceSignIns.Begun;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.io.InputStream;

/** {@code /v3-public/authTokens}: where a program fetches the token that somebody signed in for in his browser. */
@Path("/v3-public/{type: [aA][uU][tT][hH][tT][oO][kK][eE][nN][sS]}")
public final class AuthTokensApi {

    private static final String TYPE = "authToken";
    private static final int POLL_SECONDS = 5;

    @Context
    private HttpServletRequest request;

    @Context
    private UriInfo uri;

    private final WaitingTokens tokens;
    private final DeviceSignIns devices;
    private final Polls polls;

    AuthTokensApi(WaitingTokens tokens, DeviceSignIns devices, Polls polls) {
        this.tokens = tokens;
        this.devices = devices;
        this.polls = polls;
    }

    /** A program on a machine without a browser begins to wait; or, with {@code action=look}, a page finds out who waits. */
    @POST
    public Response post(
            @QueryParam("action") String action,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) String contentType,
            InputStream body)
            throws IOException {
        ObjectNode told = BodyReader.read(contentType, body);
        if (action == null) {
            return Response.status(201).entity(begin(told)).build();
        }
        if (!action.equals("look")) {
            throw DroverException.invalid("InvalidAction", null, "Invalid action: " + action);
        }
        return Response.ok(look(told)).build();
    }

    private ObjectNode begin(ObjectNode told) {
        Begun begun = devices.begin(
                told.path("publicKey").asText(""),
                told.path("responseType").asText("kubeconfig"),
                request.getRemoteAddr());
        return shown(begun.id())
                .put("userCode", begun.userCode())
                .put("verificationUrl", Call.of(request, uri).urls().to(SignInPage.DEVICE_PATH))
                .put("interval", POLL_SECONDS)
                .put("expiresAt", begun.until().toString());
    }

    /** What is asked for and from where, as far as that is known, for whoever is about to sign in for it. */
    private ObjectNode look(ObjectNode told) {
        ObjectNode shown = JsonNodeFactory.instance.objectNode().put("type", "waitingProgram");
        String userCode = told.path("userCode").asText("");
        if (userCode.isEmpty()) {
            polls.address(told.path("requestId").asText("")).ifPresent(address -> shown.put("address", address));
        } else {
            DeviceSignIn device = devices.require(userCode, request.getRemoteAddr());
            shown.put("address", device.address())
                    .put("askedAt", device.askedAt())
                    .put("responseType", device.responseType());
        }
        return shown.put("yourAddress", request.getRemoteAddr());
    }

    @GET
    @Path("{id}")
    public ObjectNode get(@PathParam("id") String id) {
        polls.count(id, request.getRemoteAddr());
        SamlToken waiting = tokens.get(id)
                .orElseThrow(() -> Refusal.notFound("no token waits under this id"))
                .value();
        return shown(id).put("token", waiting.token()).put("expiresAt", waiting.expiresAt());
    }

    @DELETE
    @Path("{id}")
    public Response delete(@PathParam("id") String id) {
        tokens.remove(id);
        return Response.noContent().build();
    }

    static ObjectNode shown(String id) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", id)
                .put("type", TYPE)
                .put("baseType", TYPE);
    }
}
