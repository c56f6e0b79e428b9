package io.drover.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;

/** {@code /v3-public/authTokens}: where a program fetches the token that somebody signed in for in his browser. */
@Path("/v3-public/{type: [aA][uU][tT][hH][tT][oO][kK][eE][nN][sS]}")
public final class AuthTokensApi {

    private static final String TYPE = "authToken";

    private final WaitingTokens tokens;

    AuthTokensApi(WaitingTokens tokens) {
        this.tokens = tokens;
    }

    @GET
    @Path("{id}")
    public ObjectNode get(@PathParam("id") String id) {
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
