package io.drover.api.kind;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drover.api.model.Cluster;
import io.drover.api.model.ClusterRegistrationToken;
import io.drover.api.model.ClusterRoleTemplateBinding;
import io.drover.api.model.GlobalRole;
import io.drover.api.model.GlobalRoleBinding;
import io.drover.api.model.Group;
import io.drover.api.model.GroupMember;
import io.drover.api.model.RoleTemplate;
import io.drover.api.model.Setting;
import io.drover.api.model.Token;
import io.drover.api.model.User;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares the types made of our kinds with those that a running Rancher 2.6.5 published. */
class RecordedSchemasTest {

    /** {@code type.field} and why ours is not what was recorded. */
    private static final Map<String, String> INTENDED_DIFFERENCES = Map.ofEntries(
            Map.entry("clusterRegistrationToken.token", "nobody may search for a secret"),
            Map.entry("token.lastUsedAt", "ours: owners see which tokens are still in use"),
            Map.entry("token.lastUsedAddress", "ours, as lastUsedAt"),
            Map.entry("token.lastUsedClient", "ours, as lastUsedAt"),
            Map.entry("token.token", "nobody may search for a secret"),
            Map.entry("user.password", "nobody may search for a secret"));

    static Stream<RestType> types() {
        List<RestType> types = new ArrayList<>();
        Stream.of(
                        Cluster.class,
                        ClusterRegistrationToken.class,
                        ClusterRoleTemplateBinding.class,
                        GlobalRole.class,
                        GlobalRoleBinding.class,
                        Group.class,
                        GroupMember.class,
                        RoleTemplate.class,
                        Setting.class,
                        Token.class,
                        User.class)
                .map(kind -> KindDefinition.of(kind).rest().orElseThrow())
                .forEach(type -> {
                    types.add(type);
                    types.addAll(type.subTypes().values());
                });
        return types.stream();
    }

    @ParameterizedTest
    @MethodSource("types")
    void everyFieldIsAsItWasRecorded(RestType type) throws IOException {
        JsonNode recorded = recorded().get(type.id());
        assertThat(recorded).as("recorded type %s", type.id()).isNotNull();

        Map<String, String> ours = new TreeMap<>();
        Map<String, String> theirs = new TreeMap<>();
        for (RestField field : type.fields().values()) {
            String name = field.name();
            JsonNode theirField = recorded.get("fields").get(name);
            boolean filtered = contains(recorded.get("filters"), name);
            if (theirField == null || filtered != type.filters().containsKey(name)) {
                assertThat(INTENDED_DIFFERENCES).containsKey(type.id() + "." + name);
            } else {
                ours.put(name, facts(field));
                theirs.put(name, facts(theirField));
            }
        }
        assertThat(ours).isEqualTo(theirs);
        assertThat(type.plural()).isEqualTo(recorded.get("pluralName").asText());
        assertThat(type.collectionMethods())
                .containsExactlyInAnyOrderElementsOf(texts(recorded.get("collectionMethods")));
        assertThat(type.resourceMethods()).containsExactlyInAnyOrderElementsOf(texts(recorded.get("resourceMethods")));
    }

    @Test
    void noDifferenceIsListedThatIsNone() throws IOException {
        Map<String, JsonNode> recorded = recorded();
        TreeSet<String> same = types().flatMap(type -> type.fields().values().stream()
                        .filter(field -> {
                            JsonNode theirs =
                                    recorded.get(type.id()).get("fields").get(field.name());
                            boolean filtered = contains(recorded.get(type.id()).get("filters"), field.name());
                            return theirs != null && filtered == type.filters().containsKey(field.name());
                        })
                        .map(field -> type.id() + "." + field.name()))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(INTENDED_DIFFERENCES.keySet()).doesNotContainAnyElementsOf(same);
    }

    private static String facts(RestField field) {
        return "%s create=%s update=%s required=%s nullable=%s writeOnly=%s default=%s options=%s"
                .formatted(
                        field.type(),
                        field.create(),
                        field.update(),
                        field.required(),
                        field.nullable(),
                        field.writeOnly(),
                        field.defaultValue().map(JsonNode::toString).orElse(""),
                        field.options());
    }

    private static String facts(JsonNode field) {
        return "%s create=%s update=%s required=%s nullable=%s writeOnly=%s default=%s options=%s"
                .formatted(
                        field.get("type").asText(),
                        field.path("create").asBoolean(),
                        field.path("update").asBoolean(),
                        field.path("required").asBoolean(),
                        field.path("nullable").asBoolean(),
                        field.path("writeOnly").asBoolean(),
                        field.has("default") ? field.get("default").toString() : "",
                        texts(field.path("options")));
    }

    private static boolean contains(JsonNode array, String text) {
        return texts(array).contains(text);
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(element -> texts.add(element.asText()));
        return texts;
    }

    private static Map<String, JsonNode> recorded() throws IOException {
        try (InputStream file = RecordedSchemasTest.class.getResourceAsStream("recorded-schemas.json")) {
            Map<String, JsonNode> types = new LinkedHashMap<>();
            new ObjectMapper()
                    .readTree(file)
                    .forEach(type -> types.put(type.get("id").asText(), type));
            return types;
        }
    }
}
