package io.drover.rest;

import io.drover.api.cluster.AgentManifests;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.regex.Pattern;

/** What an administrator applies in a cluster so that its agent dials in. The token in the name is the secret. */
@Path("/v3/import")
public final class ImportApi {

    private static final String SUFFIX = ".yaml";

    /** The name of an image, or {@code fixed}. */
    private static final Pattern IMAGE = Pattern.compile(
            "([A-Za-z0-9.-]+(:\\d+)?/)?[a-z0-9]+([._/-]+[a-z0-9]+)*(:\\w[\\w.-]{0,127})?(@[A-Za-z0-9+._-]+:[0-9a-f]{32,})?");

    @Context
    private HttpServletRequest request;

    @Context
    private UriInfo uri;

    private final Registrations registrations;
    private final AgentManifests manifests;
    private final Settings settings;

    ImportApi(Registrations registrations, AgentManifests manifests, Settings settings) {
        this.registrations = registrations;
        this.manifests = manifests;
        this.settings = settings;
    }

    @GET
    @Path("{file: [^/]*_[^/]*[.]yaml}")
    public Response manifest(
            @PathParam("file") String file, @QueryParam("authImage") @DefaultValue("") String authImage) {
        int underscore = file.indexOf('_');
        String token = file.substring(0, underscore);
        String clusterId = file.substring(underscore + 1, file.length() - SUFFIX.length());
        if (token.isEmpty() || clusterId.isEmpty()) {
            return text(400, "invalid filename format, expected {token}_{clusterId}.yaml");
        }
        byte[] told = token.getBytes(StandardCharsets.UTF_8);
        boolean known = registrations
                .find(
                        clusterId,
                        stored -> MessageDigest.isEqual(told, stored.getBytes(StandardCharsets.UTF_8)),
                        request.getRemoteAddr())
                .isPresent();
        if (known && !authImage.isEmpty() && !IMAGE.matcher(authImage).matches()) {
            return text(400, "invalid authImage - not the name of an image");
        }
        return known
                ? text(200, manifests.manifest(clusterId, token, settings.serverUrl(Call.of(request, uri))))
                : text(400, "cluster not found or invalid token");
    }

    private static Response text(int status, String text) {
        return Response.status(status)
                .type(MediaType.TEXT_PLAIN_TYPE.withCharset("UTF-8"))
                .entity(text)
                .build();
    }
}
