package io.drover.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.auth.IdentityProvider;
import io.drover.api.auth.IdentityProviderFactory;
import io.drover.api.kind.Rest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Compares the schemas that are served with those of a running Rancher 2.6.5: methods, links, actions, filters and every field. What is
 * meant to differ is listed with its reason in {@code schemas/differences.txt}, and nothing else is let pass.
 */
class ServedSchemasTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern INNERMOST = Pattern.compile("(?:array\\[|map\\[|reference\\[)*([A-Za-z0-9]+)]*");
    private static final Set<String> PLAIN = Set.of(
            "string",
            "boolean",
            "int",
            "float",
            "date",
            "enum",
            "password",
            "base64",
            "json",
            "hostname",
            "dnsLabel",
            "dnsLabelRestricted",
            "intOrString",
            "reference");

    private ApiServer server;

    @Rest(
            type = "githubConfig",
            plural = "githubConfigs",
            collectionMethods = {},
            resourceMethods = {"GET", "PUT"})
    record GithubConfig(String hostname) {}

    @Rest(
            type = "oidcConfig",
            plural = "oidcConfigs",
            collectionMethods = {},
            resourceMethods = {"GET", "PUT"})
    record OidcConfig(String scope) {}

    @Rest(
            type = "openLdapConfig",
            plural = "openLdapConfigs",
            collectionMethods = {},
            resourceMethods = {"GET", "PUT"})
    record OpenLdapConfig(String certificate) {}

    @Rest(
            type = "activeDirectoryConfig",
            plural = "activeDirectoryConfigs",
            collectionMethods = {},
            resourceMethods = {"GET", "PUT"})
    record ActiveDirectoryConfig(String certificate) {}

    private record Factory<C extends Record>(String name, Class<C> configuration, boolean redirects)
            implements IdentityProviderFactory<C> {
        @Override
        public IdentityProvider open(C configuration) {
            throw new UnsupportedOperationException("The core opens providers, not the API");
        }
    }

    private record Difference(String line, Pattern type, Pattern path) {}

    @BeforeEach
    void start() throws Exception {
        server = new ApiServer();
        server.servlet.addIdentityProvider(new Factory<>("github", GithubConfig.class, true));
        server.servlet.addIdentityProvider(new Factory<>("oidc", OidcConfig.class, true));
        server.servlet.addIdentityProvider(new Factory<>("openldap", OpenLdapConfig.class, false));
        server.servlet.addIdentityProvider(new Factory<>("activedirectory", ActiveDirectoryConfig.class, false));
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void everySchemaIsAsItWasRecorded() throws Exception {
        Map<String, List<String>> found = new TreeMap<>();
        compare("management", schemas("/v3"), found);
        compare("public", schemas("/v3-public"), found);

        List<Difference> listed = differences();
        Set<String> unused = new LinkedHashSet<>();
        listed.forEach(difference -> unused.add(difference.line()));
        List<String> unexpected = new ArrayList<>();
        found.forEach((type, paths) -> paths.forEach(path -> {
            List<Difference> meant = listed.stream()
                    .filter(difference -> difference.type().matcher(type).matches()
                            && difference
                                    .path()
                                    .matcher(path.replaceFirst(":.*$", ""))
                                    .matches())
                    .toList();
            meant.forEach(difference -> unused.remove(difference.line()));
            if (meant.isEmpty()) {
                unexpected.add(type + " | " + path);
            }
        }));
        assertThat(unexpected).as("differences that are not listed").isEmpty();
        assertThat(unused).as("listed differences that are none").isEmpty();
    }

    @Test
    void whateverASchemaRefersToIsServedToo() throws Exception {
        Map<String, JsonNode> schemas = schemas("/v3");
        Set<String> absent = new TreeSet<>();
        schemas.values().forEach(schema -> {
            List<String> types = new ArrayList<>();
            schema.get("resourceFields")
                    .forEach(field -> types.add(field.get("type").asText()));
            for (String actions : List.of("resourceActions", "collectionActions")) {
                schema.path(actions).forEach(action -> action.forEach(type -> types.add(type.asText())));
            }
            types.stream().filter(type -> !type.contains("/")).forEach(type -> {
                var inner = INNERMOST.matcher(type);
                assertThat(inner.matches()).as(type).isTrue();
                if (!schemas.containsKey(inner.group(1)) && !PLAIN.contains(inner.group(1))) {
                    absent.add(inner.group(1));
                }
            });
        });
        assertThat(absent).containsExactly("collection");
    }

    @Test
    void whoeverHasARoleInOneClusterIsToldWhatItLetsHimDo() throws Exception {
        String cluster = server.asAdmin("POST", "/v3/clusters", "{\"name\":\"owned\"}")
                .at("/id")
                .asText();
        server.user("u-owner", "owner", "Owner");
        server.authorizer.grant(
                "u-owner",
                question -> question.namespace().equals(cluster)
                        || question.resource().equals("clusters")
                                && question.name().equals(cluster));

        assertThat(methods("u-owner", "cluster")).containsExactly("DELETE", "GET", "POST", "PUT");
        assertThat(methods("u-owner", "clusterRegistrationToken")).containsExactly("DELETE", "GET", "POST", "PUT");
        assertThat(server.as("u-owner", "GET", "/v3/clusterRegistrationTokens", null)
                        .at("/createTypes/clusterRegistrationToken")
                        .asText())
                .isEqualTo(server.url() + "/v3/clusterregistrationtokens");

        server.user("u-other", "other", "Other");
        assertThat(methods("u-other", "cluster")).containsExactly("GET", "POST");
        assertThat(methods("u-other", "clusterRegistrationToken")).containsExactly("GET");
        assertThat(server.as("u-other", "GET", "/v3/clusterRegistrationTokens", null)
                        .json()
                        .has("createTypes"))
                .isFalse();
    }

    private Set<String> methods(String user, String type) throws Exception {
        JsonNode schema = server.as(user, "GET", "/v3/schemas/" + type, null).json();
        Set<String> methods = texts(schema.get("resourceMethods"));
        methods.addAll(texts(schema.get("collectionMethods")));
        return methods;
    }

    @Test
    void oneSchemaIsFoundByItsIdInAnyCase() throws Exception {
        for (String path : List.of("/v3/schemas/ROLEtemplate", "/v3-public/schemas/localprovider")) {
            JsonNode schema = server.asAdmin("GET", path, null).json();
            assertThat(schema.path("type").asText()).as(path).isEqualTo("schema");
            assertThat(schema.at("/links/self").asText())
                    .as(path)
                    .isEqualToIgnoringCase(server.url() + path)
                    .endsWith(schema.get("id").asText());
        }
        for (String path : List.of("/v3/schemas/none", "/v3-public/schemas/none")) {
            ApiServer.Answer none = server.asAdmin("GET", path, null);
            assertThat(none.status()).as(path).isEqualTo(404);
            assertThat(none.at("/message").asText()).as(path).isEqualTo("failed to find schema none");
        }
    }

    @Test
    void theListOfSchemasIsAListLikeEveryOther() throws Exception {
        JsonNode all = server.asAdmin("GET", "/v3/schemas", null).json();

        assertThat(all.at("/pagination/total").asInt())
                .isEqualTo(all.get("data").size());
        assertThat(all.at("/pagination/limit").asInt()).isEqualTo(1000);
        for (String key : List.of("actions", "filters", "sort")) {
            assertThat(all.path(key).isObject()).as(key).isTrue();
        }
    }

    private Map<String, JsonNode> schemas(String version) throws Exception {
        Map<String, JsonNode> schemas = new LinkedHashMap<>();
        JsonNode all = server.asAdmin("GET", version + "/schemas", null).json();
        for (JsonNode schema : all.get("data")) {
            assertThat(schema.at("/version/path").asText()).isEqualTo(version);
            schemas.put(schema.get("id").asText(), schema);
        }
        return schemas;
    }

    private static void compare(String version, Map<String, JsonNode> served, Map<String, List<String>> found)
            throws IOException {
        Map<String, JsonNode> recorded = recorded(version);
        served.forEach((id, schema) -> {
            JsonNode theirs = recorded.get(id);
            List<String> paths = found.computeIfAbsent(id, type -> new ArrayList<>());
            if (theirs == null) {
                paths.add("");
            } else {
                compare("", theirs, asRecorded(schema), paths);
            }
        });
    }

    /** A schema in the short form that those of the running server were kept in. */
    private static ObjectNode asRecorded(JsonNode schema) {
        ObjectNode kept = JsonNodeFactory.instance.objectNode();
        for (String key : List.of(
                "id", "pluralName", "collectionMethods", "resourceMethods", "resourceActions", "collectionActions")) {
            if (schema.has(key)) {
                kept.set(key, schema.get(key));
            }
        }
        schema.get("links").fieldNames().forEachRemaining(kept.putArray("links")::add);
        schema.path("collectionFilters").properties().forEach(filter -> {
            String type =
                    schema.at("/resourceFields/" + filter.getKey() + "/type").asText();
            assertThat(filter.getValue().get("modifiers").toString())
                    .isEqualTo(type.equals("boolean") ? "[\"eq\",\"ne\"]" : "[\"eq\",\"ne\",\"in\",\"notin\"]");
            kept.withArray("filters").add(filter.getKey());
        });
        kept.withArray("filters");
        ObjectNode fields = kept.putObject("fields");
        schema.get("resourceFields").properties().forEach(field -> {
            ObjectNode facts = field.getValue().deepCopy();
            for (String flag : List.of("create", "update")) {
                if (!facts.get(flag).asBoolean()) {
                    facts.remove(flag);
                }
            }
            fields.set(field.getKey(), facts);
        });
        return kept;
    }

    private static void compare(String path, JsonNode theirs, JsonNode ours, List<String> found) {
        if (theirs.isObject() && ours.isObject()) {
            Set<String> keys = new TreeSet<>();
            theirs.fieldNames().forEachRemaining(keys::add);
            ours.fieldNames().forEachRemaining(keys::add);
            keys.forEach(key -> compare(path + "/" + key, theirs.path(key), ours.path(key), found));
        } else if (theirs.isArray() && ours.isArray()) {
            Set<String> theirTexts = texts(theirs);
            Set<String> ourTexts = texts(ours);
            theirTexts.stream()
                    .filter(text -> !ourTexts.contains(text))
                    .forEach(text -> found.add(path + "/" + text + ": not ours"));
            ourTexts.stream()
                    .filter(text -> !theirTexts.contains(text))
                    .forEach(text -> found.add(path + "/" + text + ": ours alone"));
        } else if (!theirs.equals(ours)) {
            found.add(path + ": " + theirs + " there, " + ours + " here");
        }
    }

    private static Set<String> texts(JsonNode array) {
        Set<String> texts = new TreeSet<>();
        array.forEach(element -> texts.add(element.asText()));
        return texts;
    }

    private static Map<String, JsonNode> recorded(String version) throws IOException {
        try (InputStream file = ServedSchemasTest.class.getResourceAsStream("schemas/" + version + ".json")) {
            Map<String, JsonNode> types = new LinkedHashMap<>();
            JSON.readTree(file).forEach(type -> types.put(type.get("id").asText(), type));
            return types;
        }
    }

    private static List<Difference> differences() throws IOException {
        try (InputStream file = ServedSchemasTest.class.getResourceAsStream("schemas/differences.txt")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> {
                        String[] parts = line.split(" \\| ");
                        assertThat(parts).as("type | path | reason").hasSize(3);
                        return new Difference(
                                line, Pattern.compile(parts[0].strip()), Pattern.compile(parts[1].strip()));
                    })
                    .toList();
        }
    }
}
