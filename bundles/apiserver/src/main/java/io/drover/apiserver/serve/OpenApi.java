package io.drover.apiserver.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.kind.Kinds;
import io.drover.apiserver.kind.ResourceType;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.request.Refusal;
import io.drover.apiserver.request.Request;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** OpenAPI documents: version 3 by group version, version 2 as a whole; made anew when the kinds have changed. */
final class OpenApi {

    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    private static final String GVK = "x-kubernetes-group-version-kind";

    private final Kinds kinds;
    private volatile Documents documents = new Documents(-1, Map.of());

    private record Document(byte[] json, String hash) {}

    private record Documents(long generation, Map<String, Document> byPath) {}

    OpenApi(Kinds kinds) {
        this.kinds = kinds;
    }

    Answer answer(Request request) {
        String path = String.join("/", request.segments());
        Document document = current().byPath().get(path);
        if (document == null) {
            throw Refusal.noSuchPath();
        }
        if (!acceptsJson(request)) {
            if (path.equals("openapi/v2") && request.header("accept").contains(OpenApiProtobuf.ASKED)) {
                return Answer.of(200, OpenApiProtobuf.MEDIA_TYPE, OpenApiProtobuf.of(Json.read(document.json())));
            }
            throw Refusal.notAcceptable();
        }
        String tag = '"' + document.hash() + '"';
        Map<String, String> headers = new HashMap<>();
        headers.put("etag", tag);
        headers.put("vary", "Accept");
        headers.put("cache-control", request.parameter("hash").isPresent() ? "public, immutable" : "no-cache, private");
        if (Arrays.asList(request.header("if-none-match").split("\\s*,\\s*")).contains(tag)) {
            return new Answer(304, headers, Collections.emptyIterator());
        }
        headers.put("content-type", Answer.JSON);
        headers.put("content-length", Integer.toString(document.json().length));
        return new Answer(
                200, headers, List.of(ByteBuffer.wrap(document.json())).iterator());
    }

    private static boolean acceptsJson(Request request) {
        String accept = request.header("accept");
        return accept.isBlank()
                || Arrays.stream(accept.split(","))
                        .map(String::trim)
                        .anyMatch(a -> a.startsWith("application/json") || a.startsWith("*/*"));
    }

    private Documents current() {
        Documents present = documents;
        return present.generation() == kinds.generation() ? present : make();
    }

    private synchronized Documents make() {
        long generation = kinds.generation();
        if (documents.generation() == generation) {
            return documents;
        }
        Map<String, Document> made = new HashMap<>();
        ObjectNode index = Json.object();
        ObjectNode paths = index.putObject("paths");
        ObjectNode all = document("2.0").put("swagger", "2.0");
        all.remove("openapi");
        ObjectNode definitions = Json.child(all, "definitions");
        for (String groupVersion : kinds.groupVersions()) {
            String path = root(groupVersion).substring(1);
            ObjectNode document = document("3.0.0");
            ObjectNode schemas = Json.child(Json.child(document, "components"), "schemas");
            Collection<ResourceType> types = kinds.in(groupVersion);
            describe(types, Json.child(document, "paths"), schemas, true);
            describe(types, Json.child(all, "paths"), definitions, false);
            Document done = document(document);
            made.put("openapi/v3/" + path, done);
            paths.putObject(path).put("serverRelativeURL", "/openapi/v3/" + path + "?hash=" + done.hash());
        }
        made.put("openapi/v3", document(index));
        made.put("openapi/v2", document(all));
        documents = new Documents(generation, Map.copyOf(made));
        return documents;
    }

    private static ObjectNode document(String version) {
        ObjectNode document = Json.object().put("openapi", version);
        document.putObject("info").put("title", "Kubernetes").put("version", "v1");
        document.putObject("paths");
        return document;
    }

    private static Document document(ObjectNode content) {
        byte[] json = Json.bytes(content);
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(json);
            return new Document(json, HexFormat.of().withUpperCase().formatHex(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String root(String groupVersion) {
        return (groupVersion.contains("/") ? "/apis/" : "/api/") + groupVersion;
    }

    private static void describe(Collection<ResourceType> types, ObjectNode paths, ObjectNode schemas, boolean v3) {
        String prefix = v3 ? "#/components/schemas/" : "#/definitions/";
        for (ResourceType type : types) {
            if (!schemas.has(META + "ObjectMeta")) {
                ObjectNode metadata = Metadata.SCHEMA.source().deepCopy();
                tellFormats("ObjectMeta", metadata);
                schemas.set(META + "ObjectMeta", metadata);
                ObjectNode listMeta = schemas.putObject(META + "ListMeta").put("type", "object");
                ObjectNode fields = listMeta.putObject("properties");
                for (String field : List.of("continue", "resourceVersion", "selfLink")) {
                    fields.putObject(field).put("type", "string");
                }
                fields.putObject("remainingItemCount").put("type", "integer").put("format", "int64");
            }
            String name = schemaName(type);
            schemas.set(name, schema(type, prefix, v3));
            schemas.set(name + "List", list(type, prefix + name, prefix));
            operations(type, paths, v3, prefix + name);
        }
    }

    /** {@code io.cattle.management.v3.Cluster}: the group's parts reversed, as published documents name theirs. */
    private static String schemaName(ResourceType type) {
        if (!type.custom()) {
            String group = type.group().isEmpty() ? "core" : type.group().replaceAll("\\..*", "");
            return "io.k8s.api." + group + "." + type.version() + "." + type.kind();
        }
        List<String> parts = new ArrayList<>(Arrays.asList(type.group().split("\\.")));
        Collections.reverse(parts);
        return String.join(".", parts) + "." + type.version() + "." + type.kind();
    }

    private static ObjectNode schema(ResourceType type, String prefix, boolean v3) {
        ObjectNode schema = type.schema().source().deepCopy();
        ObjectNode properties = Json.child(schema, "properties");
        properties.putObject("apiVersion").put("type", "string");
        properties.putObject("kind").put("type", "string");
        if (type.verbs().contains("list")) {
            ObjectNode metadata = properties.putObject("metadata");
            (v3 ? metadata.putArray("allOf").addObject() : metadata).put("$ref", prefix + META + "ObjectMeta");
        }
        gvk(schema.putArray(GVK).addObject(), type, type.kind());
        if (!type.custom()) {
            tellFormats(type.kind(), schema);
        } else if (v3) {
            tellEither(schema);
        }
        return schema;
    }

    /** Version 3 can say that something is a number or a text, which version 2 leaves open. */
    private static void tellEither(JsonNode schema) {
        if (schema.path("x-kubernetes-int-or-string").asBoolean()
                && !schema.has("anyOf")
                && schema instanceof ObjectNode either) {
            ArrayNode forms = either.putArray("anyOf");
            forms.addObject().put("type", "integer");
            forms.addObject().put("type", "string");
            return;
        }
        schema.path("properties").forEach(OpenApi::tellEither);
        tellEither(schema, "items");
        tellEither(schema, "additionalProperties");
    }

    private static void tellEither(JsonNode schema, String below) {
        if (schema.path(below).isObject()) {
            tellEither(schema.path(below));
        }
    }

    /** What the schemas of built-in kinds do not know: which texts are times or bytes. */
    private static void tellFormats(String name, JsonNode schema) {
        for (Map.Entry<String, JsonNode> field : schema.path("properties").properties()) {
            JsonNode value = field.getValue();
            boolean bytes = field.getKey().equals("caBundle")
                    || field.getKey().equals("binaryData")
                    || name.equals("Secret") && field.getKey().equals("data");
            boolean time = field.getKey().matches("time|.*(Time|Timestamp)");
            JsonNode text = value.path("additionalProperties").isObject() ? value.path("additionalProperties") : value;
            if ((bytes || time) && text.path("type").asText().equals("string") && text instanceof ObjectNode plain) {
                plain.put("format", bytes ? "byte" : "date-time");
            }
            if (field.getKey().equals("fieldsV1") && value instanceof ObjectNode fields) {
                fields.put("type", "object");
            }
            tellFormats(field.getKey(), value.has("items") ? value.path("items") : value);
        }
    }

    private static ObjectNode list(ResourceType type, String item, String prefix) {
        ObjectNode schema = Json.object().put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        properties.putObject("apiVersion").put("type", "string");
        properties.putObject("kind").put("type", "string");
        properties.putObject("metadata").put("$ref", prefix + META + "ListMeta");
        properties.putObject("items").put("type", "array").putObject("items").put("$ref", item);
        schema.putArray("required").add("items");
        gvk(schema.putArray(GVK).addObject(), type, type.listKind());
        return schema;
    }

    private static void gvk(ObjectNode node, ResourceType type, String kind) {
        node.put("group", type.group()).put("version", type.version()).put("kind", kind);
    }

    private static void operations(ResourceType type, ObjectNode paths, boolean v3, String schema) {
        String collection =
                root(type.apiVersion()) + (type.namespaced() ? "/namespaces/{namespace}/" : "/") + type.plural();
        ObjectNode all = Json.child(paths, collection);
        parameters(all, v3, type.namespaced() ? List.of("namespace") : List.of());
        ObjectNode one = null;
        for (String verb : type.verbs()) {
            switch (verb) {
                case "create" -> operation(all, "post", "post", type, v3, schema);
                case "list" -> operation(all, "get", "list", type, v3, schema + "List");
                case "deletecollection" -> operation(all, "delete", "deletecollection", type, v3, schema);
                case "watch" -> {}
                default -> {
                    one = Json.child(paths, collection + "/{name}");
                    String method = verb.equals("update") ? "put" : verb;
                    operation(one, method, method, type, v3, schema);
                }
            }
        }
        if (one != null) {
            parameters(one, v3, type.namespaced() ? List.of("name", "namespace") : List.of("name"));
        }
    }

    private static void parameters(ObjectNode path, boolean v3, List<String> names) {
        if (names.isEmpty()) {
            return;
        }
        ArrayNode parameters = path.putArray("parameters");
        for (String name : names) {
            typed(parameters.addObject().put("name", name).put("in", "path").put("required", true), v3, "string");
        }
    }

    private static void typed(ObjectNode parameter, boolean v3, String type) {
        if (v3) {
            parameter.putObject("schema").put("type", type);
        } else {
            parameter.put("type", type);
        }
    }

    private static void operation(
            ObjectNode path, String method, String action, ResourceType type, boolean v3, String schema) {
        ObjectNode operation = path.putObject(method);
        operation.put("operationId", action + type.group().replace(".", "") + type.version() + type.kind());
        boolean writes = List.of("post", "put", "patch").contains(method);
        if (writes) {
            ArrayNode parameters = operation.putArray("parameters");
            for (String name : List.of("dryRun", "fieldManager", "fieldValidation")) {
                typed(parameters.addObject().put("name", name).put("in", "query"), v3, "string");
            }
            if (method.equals("patch")) {
                typed(parameters.addObject().put("name", "force").put("in", "query"), v3, "boolean");
            }
        }
        ObjectNode response = operation.putObject("responses").putObject("200").put("description", "OK");
        ObjectNode content = v3
                ? response.putObject("content").putObject(Answer.JSON).putObject("schema")
                : response.putObject("schema");
        content.put("$ref", schema);
        operation.put("x-kubernetes-action", action);
        gvk(operation.putObject(GVK), type, type.kind());
    }
}
