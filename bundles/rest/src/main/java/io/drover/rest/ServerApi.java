package io.drover.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What the server tells of itself: which APIs there are, and whom its certificate is from. */
@Path("/")
public final class ServerApi {

    @Context
    private HttpServletRequest request;

    @Context
    private UriInfo uri;

    private final Registrations registrations;
    private final Settings settings;

    ServerApi(Registrations registrations, Settings settings) {
        this.registrations = registrations;
        this.settings = settings;
    }

    @GET
    public ObjectNode roots() {
        Urls urls = Call.of(request, uri).urls();
        ObjectNode collection = JsonNodeFactory.instance.objectNode();
        collection.put("type", "collection").put("resourceType", "apiRoot");
        collection.putObject("links").put("self", urls.to("/"));
        ArrayNode data = collection.putArray("data");
        Map.of("v3", "/v3", "v3public", "/v3-public").entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(version -> ManagementApi.apiRoot(
                        version.getKey(),
                        version.getValue(),
                        new TreeMap<>(Map.of(
                                "root", urls.to(version.getValue()),
                                "self", urls.to(version.getValue())))))
                .forEach(data::add);
        return collection;
    }

    /** Where identity providers send browsers back to; the page knows what it had begun. */
    @GET
    @Path("verify-auth")
    public Response backFromProvider() {
        return new SignInPage().file(SignInPage.NAME);
    }

    /** Where command line clients, older and current, send people to sign in. */
    @GET
    @Path("{path: login|dashboard/auth/login}")
    public Response signInPage() {
        String query = uri.getRequestUri().getRawQuery();
        return Response.seeOther(URI.create(SignInPage.PATH + (query == null ? "" : "?" + query)))
                .build();
    }

    /**
     * Our certificate authority. A node that knows a registration token tells its hash and a nonce, and sees by a code over the answer
     * that it comes from a server that knows the token too.
     */
    @GET
    @Path("cacerts")
    public Response caCertificates(
            @HeaderParam("X-Cattle-Nonce") String nonce, @HeaderParam(HttpHeaders.AUTHORIZATION) String authorization) {
        String pem = settings.caCertificates();
        Response.ResponseBuilder answer = Response.ok(pem, MediaType.TEXT_PLAIN_TYPE);
        if (nonce != null && authorization != null && authorization.startsWith("Bearer ")) {
            byte[] hash = authorization.substring("Bearer ".length()).getBytes(StandardCharsets.UTF_8);
            registrations
                    .find(token ->
                            MessageDigest.isEqual(hash, Base64.getEncoder().encode(Settings.sha256(token))))
                    .ifPresent(found -> answer.header("X-Cattle-Hash", code(found.token(), nonce, pem)));
        }
        return answer.build();
    }

    private static String code(String token, String nonce, String body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA512");
            mac.init(new SecretKeySpec(token.getBytes(StandardCharsets.UTF_8), "HmacSHA512"));
            mac.update(nonce.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            mac.update(body.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            return Base64.getEncoder().encodeToString(mac.doFinal());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
