package io.drover.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drover.api.model.Cluster;
import io.drover.api.plane.Resource;
import io.drover.rest.ApiServer.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Sends what was sent to a running Rancher 2.6.5 and compares the answers: status, and every field of the body, with ids, times, hosts
 * and secrets put aside. What is meant to differ is listed with its reason in {@code exchanges/differences.txt}, and nothing else is let
 * pass.
 */
class RecordedExchangesTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
    private static final List<String> FILES = List.of(
            "sign-in", "settings-features", "tokens", "users", "roles", "clusters", "projects-members", "removal");

    /** Ids as recorded, and what stands for them here. */
    private final Map<String, String> ids = new LinkedHashMap<>();

    private final Set<String> unusedDifferences = new LinkedHashSet<>();
    private final List<Difference> listed = new ArrayList<>();

    /** @param exchange title it is for, or {@code *} */
    private record Difference(String line, Pattern exchange, Pattern path) {}

    @Test
    void everyRecordedExchangeIsAnsweredAlike() throws Exception {
        readDifferences();
        List<String> found = new ArrayList<>();
        try (ApiServer server = new ApiServer()) {
            prepare(server);
            for (String file : FILES) {
                for (JsonNode exchange : exchanges(file)) {
                    replay(server, exchange, found);
                }
            }
        }
        assertThat(found).as("differences that are not listed").isEmpty();
        assertThat(unusedDifferences).as("listed differences that are none").isEmpty();
    }

    /** The objects that the recorded server had from its start. */
    private void prepare(ApiServer server) {
        ids.put("user-zrjs2", ApiServer.ADMIN);
        server.setting("server-version", "dev");
        server.setting("ui-pl", "rancher");
        server.setting("mine", "");
        server.setting("telemetry-opt", "");
        server.environment.put("CATTLE_TELEMETRY_OPT", "out");
        server.setting("auth-user-info-resync-cron", "0 0 * * *");
        server.setting("agent-image", "rancher/rancher-agent:v2.6-head");
        server.setting("agent-rollout-timeout", "300s");
        server.setting("first-login", "true");
        server.globalRole("admin", Map.of("displayName", "Admin", "builtin", true));
        server.globalRole(
                "user",
                Map.of(
                        "displayName",
                        "User",
                        "builtin",
                        true,
                        "newUserDefault",
                        true,
                        "description",
                        "",
                        "rules",
                        List.of(Map.of(
                                "apiGroups",
                                List.of(""),
                                "resources",
                                List.of("secrets"),
                                "verbs",
                                List.of("create")))));
        server.globalRole(
                "user-base",
                Map.of("displayName", "User Base", "builtin", true, "description", "", "rules", List.of()));
        server.roleTemplate(
                "cluster-owner",
                Map.of(
                        "displayName",
                        "Cluster Owner",
                        "builtin",
                        true,
                        "context",
                        "cluster",
                        "administrative",
                        true,
                        "clusterCreatorDefault",
                        true,
                        "description",
                        "",
                        "rules",
                        List.of(Map.of("apiGroups", List.of("*"), "resources", List.of("*"), "verbs", List.of("*")))));
        server.roleTemplate("cluster-member", Map.of("displayName", "Cluster Member", "context", "cluster"));
        server.roleTemplate("project-owner", Map.of("displayName", "Project Owner", "context", "project"));
        server.plane
                .objects(Cluster.class)
                .create(Resource.named(
                        "local",
                        ApiServer.read(
                                Cluster.class, Map.of("spec", Map.of("displayName", "local", "internal", true)))));
    }

    private void replay(ApiServer server, JsonNode exchange, List<String> found) throws Exception {
        String title = exchange.get("title").asText();
        JsonNode request = exchange.get("request");
        JsonNode sent = request.get("body");
        String body = request.has("raw")
                ? request.get("raw").asText()
                : sent == null || sent.isNull() ? null : ours(sent.toString());
        List<String> headers = new ArrayList<>();
        request.path("headers")
                .properties()
                .forEach(header -> headers.addAll(
                        List.of(header.getKey(), header.getValue().asText())));
        Answer answer = server.as(
                switch (exchange.get("as").asText()) {
                    case "ADMIN" -> ApiServer.ADMIN;
                    case "USER" -> ours("u-bpkjf");
                    default -> "";
                },
                request.get("method").asText(),
                ours(request.get("path").asText()),
                body,
                headers.toArray(String[]::new));

        compare(title, "status", exchange.get("status").asText(), Integer.toString(answer.status()), found);
        JsonNode schemas = exchange.get("headers").get("X-Api-Schemas");
        if (schemas != null && !request.get("method").asText().equals("HEAD")) {
            compare(
                    title,
                    "X-API-Schemas",
                    ours(schemas.asText()).replaceFirst("^https://127.0.0.1:8443", ""),
                    answer.header("X-API-Schemas").orElse("").replace(server.url(), ""),
                    found);
        }
        JsonNode recorded = exchange.get("response");
        if (recorded.isObject() && answer.header("Content-Type").orElse("").startsWith("application/json")) {
            learn(recorded, answer.json());
            compare(server, title, "", recorded, answer.json(), found);
        } else if (recorded.isObject()) {
            compare(title, "body", "a JSON object", answer.text(), found);
        }
    }

    /** Whatever was created has another id here. */
    private void learn(JsonNode recorded, JsonNode answered) {
        for (String key : List.of("id", "token")) {
            if (recorded.path(key).isTextual() && answered.path(key).isTextual()) {
                String theirs = recorded.get(key).asText();
                ids.putIfAbsent(theirs, answered.get(key).asText());
                String[] theirParts = theirs.split(":", 2);
                String[] ourParts = answered.get(key).asText().split(":", 2);
                if (theirParts.length == 2 && ourParts.length == 2 && !theirs.contains("://")) {
                    ids.putIfAbsent(theirParts[1], ourParts[1]);
                }
            }
        }
    }

    private String ours(String text) {
        String translated = text;
        for (Map.Entry<String, String> id : ids.entrySet()) {
            translated = translated.replace(id.getKey(), id.getValue());
        }
        return translated;
    }

    private void compare(
            ApiServer server, String title, String path, JsonNode recorded, JsonNode answered, List<String> found) {
        if (recorded.isObject() && answered.isObject()) {
            Set<String> keys = new TreeSet<>();
            recorded.fieldNames().forEachRemaining(keys::add);
            answered.fieldNames().forEachRemaining(keys::add);
            keys.remove("…"); // says where the record was cut
            for (String key : keys) {
                String inner = path + "/" + key;
                if (!recorded.has(key)) {
                    compare(title, inner, "absent", "present", found);
                } else if (!answered.has(key)) {
                    compare(title, inner, "present", "absent", found);
                } else {
                    compare(server, title, inner, recorded.get(key), answered.get(key), found);
                }
            }
        } else if (recorded.isArray() && answered.isArray()) {
            for (int i = 0; i < Math.min(recorded.size(), answered.size()); i++) {
                compare(server, title, path + "/" + i, recorded.get(i), answered.get(i), found);
            }
            // lists of what there is differ with what there is
            if (!path.equals("/data")) {
                compare(title, path, recorded.size() + " elements", answered.size() + " elements", found);
            }
        } else {
            compare(title, path, scalar(server, ours(recorded.toString())), scalar(server, answered.toString()), found);
        }
    }

    private static String scalar(ApiServer server, String json) {
        String text = json.replace("https://127.0.0.1:8443", "")
                .replace(server.url(), "")
                .replace("wss://127.0.0.1:8443", "");
        text = TIME.matcher(text).replaceAll("<time>");
        text = text.replaceAll("\"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\"", "\"<uuid>\"");
        text = text.replace(FakeSignIns.SECRET, "<54 of a-z0-9>");
        return text.matches("1[789]\\d{11}") ? "<millis>" : text;
    }

    private void compare(String title, String path, String recorded, String answered, List<String> found) {
        if (recorded.equals(answered)) {
            return;
        }
        boolean meant = false;
        for (Difference difference : listed) {
            if (difference.exchange().matcher(title).matches()
                    && difference.path().matcher(path).matches()) {
                unusedDifferences.remove(difference.line());
                meant = true;
            }
        }
        if (!meant) {
            found.add(title + " | " + path + " | " + recorded + " | " + answered);
        }
    }

    private void readDifferences() throws IOException {
        try (InputStream file = RecordedExchangesTest.class.getResourceAsStream("exchanges/differences.txt")) {
            String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            for (String line : text.split("\n")) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    String[] parts = line.split(" \\| ");
                    assertThat(parts).as("exchange | path | reason").hasSize(3);
                    listed.add(
                            new Difference(line, Pattern.compile(parts[0].strip()), Pattern.compile(parts[1].strip())));
                    unusedDifferences.add(line);
                }
            }
        }
    }

    private static JsonNode exchanges(String file) throws IOException {
        try (InputStream json = RecordedExchangesTest.class.getResourceAsStream("exchanges/" + file + ".json")) {
            return JSON.readTree(json);
        }
    }
}
