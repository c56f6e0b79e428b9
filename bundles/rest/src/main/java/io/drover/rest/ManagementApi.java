package io.drover.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** {@code /v3}: types, their resources, and what of them belongs to a cluster. */
@Path("/v3")
public final class ManagementApi {

    private static final String CLUSTER = "cluster";

    @Context
    private HttpServletRequest request;

    @Context
    private UriInfo uri;

    private final Types types;
    private final Schemas schemas;
    private final Engine engine;

    ManagementApi(Types types, Schemas schemas, Engine engine) {
        this.types = types;
        this.schemas = schemas;
        this.engine = engine;
    }

    @GET
    public ObjectNode root() {
        Call call = call();
        Map<String, String> links = new TreeMap<>();
        types.all().stream()
                .filter(ServedType::lists)
                .forEach(type -> links.put(type.type().plural(), call.urls().collection(type)));
        links.put("root", call.urls().to(ServedType.V3));
        links.put("self", call.urls().to(ServedType.V3));
        return apiRoot("v3", ServedType.V3, links);
    }

    static ObjectNode apiRoot(String version, String path, Map<String, String> links) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("type", "apiRoot").put("baseType", "apiRoot");
        root.putObject("apiVersion")
                .put("group", "management.cattle.io")
                .put("path", path)
                .put("version", version);
        ObjectNode all = root.putObject("links");
        links.forEach(all::put);
        return root;
    }

    @GET
    @Path("schemas")
    public ObjectNode schemas() {
        return schemas.all(call());
    }

    @GET
    @Path("schemas/{id}")
    public ObjectNode schema(@PathParam("id") String id) {
        return schemas.one(call(), id);
    }

    @GET
    @Path("{type}")
    public ObjectNode list(@PathParam("type") String typeName) {
        Call call = call();
        ServedType type = types.require(typeName);
        return engine.list(call, type, Optional.empty(), call.urls().to(call.path()));
    }

    @POST
    @Path("{type}")
    public Response create(
            @PathParam("type") String typeName,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) String contentType,
            InputStream body)
            throws IOException {
        ServedType type = types.require(typeName);
        String action = action();
        return action == null
                ? engine.create(call(), type, BodyReader.read(contentType, body), Optional.empty())
                : engine.actOnCollection(call(), type, action, BodyReader.readOptional(contentType, body));
    }

    @GET
    @Path("{type}/{id}")
    public ObjectNode get(@PathParam("type") String typeName, @PathParam("id") String id) {
        ServedType type = types.require(typeName);
        if (isCluster(type) && id.equals("schemas")) {
            return Schemas.none(call(), "/v3/cluster/schemas");
        }
        return engine.get(call(), type, id);
    }

    @PUT
    @Path("{type}/{id}")
    public ObjectNode update(
            @PathParam("type") String typeName,
            @PathParam("id") String id,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) String contentType,
            InputStream body)
            throws IOException {
        return engine.update(call(), types.require(typeName), id, BodyReader.read(contentType, body));
    }

    @DELETE
    @Path("{type}/{id}")
    public Response delete(@PathParam("type") String typeName, @PathParam("id") String id) {
        return engine.delete(call(), types.require(typeName), id);
    }

    @POST
    @Path("{type}/{id}")
    public Response act(
            @PathParam("type") String typeName,
            @PathParam("id") String id,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) String contentType,
            InputStream body)
            throws IOException {
        return act(types.require(typeName), id, contentType, body);
    }

    private Response act(ServedType type, String id, String contentType, InputStream body) throws IOException {
        String action = action();
        if (action == null) {
            throw Refusal.methodNotSupported("POST");
        }
        return engine.act(call(), type, id, action, BodyReader.readOptional(contentType, body));
    }

    @GET
    @Path("{type}/{id}/{inner}")
    public ObjectNode listInside(
            @PathParam("type") String typeName, @PathParam("id") String id, @PathParam("inner") String inner) {
        Call call = call();
        String cluster = enteredCluster(typeName, id, inner);
        if (inner.equals("schemas")) {
            return Schemas.none(call, "/v3/cluster/" + cluster + "/schemas");
        }
        ServedType type = innerType(inner);
        return engine.list(call, type, Optional.of(cluster), call.urls().to(call.path()));
    }

    @POST
    @Path("{type}/{id}/{inner}")
    public Response createInside(
            @PathParam("type") String typeName,
            @PathParam("id") String id,
            @PathParam("inner") String inner,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) String contentType,
            InputStream body)
            throws IOException {
        String cluster = enteredCluster(typeName, id, inner);
        String action = action();
        return action == null
                ? engine.create(call(), innerType(inner), BodyReader.read(contentType, body), Optional.of(cluster))
                : engine.actOnCollection(call(), innerType(inner), action, BodyReader.readOptional(contentType, body));
    }

    @GET
    @Path("{type}/{id}/{inner}/{innerId}")
    public ObjectNode getInside(
            @PathParam("type") String typeName,
            @PathParam("id") String id,
            @PathParam("inner") String inner,
            @PathParam("innerId") String innerId) {
        ServedType type = typeInside(typeName, id, inner, innerId);
        return engine.get(call(), type, innerId);
    }

    @PUT
    @Path("{type}/{id}/{inner}/{innerId}")
    public ObjectNode updateInside(
            @PathParam("type") String typeName,
            @PathParam("id") String id,
            @PathParam("inner") String inner,
            @PathParam("innerId") String innerId,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) String contentType,
            InputStream body)
            throws IOException {
        ServedType type = typeInside(typeName, id, inner, innerId);
        return engine.update(call(), type, innerId, BodyReader.read(contentType, body));
    }

    @DELETE
    @Path("{type}/{id}/{inner}/{innerId}")
    public Response deleteInside(
            @PathParam("type") String typeName,
            @PathParam("id") String id,
            @PathParam("inner") String inner,
            @PathParam("innerId") String innerId) {
        ServedType type = typeInside(typeName, id, inner, innerId);
        return engine.delete(call(), type, innerId);
    }

    @POST
    @Path("{type}/{id}/{inner}/{innerId}")
    public Response actInside(
            @PathParam("type") String typeName,
            @PathParam("id") String id,
            @PathParam("inner") String inner,
            @PathParam("innerId") String innerId,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) String contentType,
            InputStream body)
            throws IOException {
        return act(typeInside(typeName, id, inner, innerId), innerId, contentType, body);
    }

    /** The type of a resource that belongs to that cluster. */
    private ServedType typeInside(String typeName, String id, String inner, String innerId) {
        String cluster = enteredCluster(typeName, id, inner);
        ServedType type = innerType(inner);
        if (!engine.get(call(), type, innerId).path("clusterId").asText().equals(cluster)) {
            throw Refusal.notFound(inner + " \"" + innerId + "\" not found");
        }
        return type;
    }

    /** Only clusters have something inside, and only for those who may see them. */
    private String enteredCluster(String typeName, String id, String inner) {
        ServedType type = types.require(typeName);
        ObjectNode stored = engine.visible(call(), type, id);
        if (!isCluster(type)) {
            throw Refusal.notFound("failed to find link " + inner);
        }
        return ObjectId.of(stored).name();
    }

    private ServedType innerType(String name) {
        return types.find(name)
                .filter(type -> type.type().field("clusterId").isPresent())
                .orElseThrow(() -> Types.unknown(name));
    }

    private static boolean isCluster(ServedType type) {
        return type.id().equals(CLUSTER);
    }

    private String action() {
        return uri.getQueryParameters().getFirst("action");
    }

    private Call call() {
        return Call.of(request, uri);
    }
}
