package io.drover.api.kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.model.Cluster;
import io.drover.api.model.Setting;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KindDefinitionTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Kind(plural = "gadgets", namespaced = true, shortNames = "gd", statusSubresource = true)
    @Rest(type = "gadget", plural = "gadgets")
    record Gadget(GadgetSpec spec, GadgetStatus status) {}

    record GadgetSpec(
            @Field(rest = "name") String displayName,
            @Description("how many") @Field(min = 1, max = 9) Integer count,
            @Field(options = {"red", "blue"}) String colour,
            Size size,
            Part first,
            List<Part> parts,
            Map<String, Part> spares,
            Map<String, String> tags,
            Map<String, Object> anything,
            @Secret String key,
            @Field(hidden = true) String inside) {}

    record GadgetStatus(String phase, Double load) {}

    record Part(
            @Field(stored = "no", rest = "number", nullable = false, defaultValue = "1") Integer serial, Part inner) {}

    enum Size {
        SMALL,
        LARGE
    }

    private static final KindDefinition GADGET = KindDefinition.of(Gadget.class);
    private static final RestType TYPE = GADGET.rest().orElseThrow();

    @Test
    void theCustomResourceDefinitionSaysWhatTheRecordSays() {
        assertThat(GADGET.customResourceDefinition().getMetadata().getName()).isEqualTo("gadgets.management.cattle.io");
        assertThat(GADGET.customResourceDefinition().getSpec().getScope()).isEqualTo("Namespaced");
        assertThat(GADGET.customResourceDefinition().getSpec().getNames().getShortNames())
                .containsExactly("gd");
        assertThat(version(Gadget.class).getSubresources().getStatus()).isNotNull();
        assertThat(version(Cluster.class).getSubresources()).isNull();

        Map<String, JSONSchemaProps> spec =
                schema(Gadget.class).getProperties().get("spec").getProperties();
        assertThat(spec.get("count").getMinimum()).isEqualTo(1);
        assertThat(spec.get("count").getMaximum()).isEqualTo(9);
        assertThat(spec.get("key").getFormat()).isEqualTo("password");
        assertThat(spec.get("count").getDescription()).isEqualTo("how many");
        assertThat(spec.get("size").getEnum()).extracting(Object::toString).contains("\"SMALL\"", "\"LARGE\"", "null");
        assertThat(spec.get("parts").getItems().getSchema().getProperties()).containsKey("no");
        assertThat(spec.get("tags").getAdditionalProperties().getSchema().getType())
                .isEqualTo("string");
        assertThat(spec.get("anything").getXKubernetesPreserveUnknownFields()).isTrue();
    }

    @Test
    void anObjectThatLacksFieldsOrHasMoreOfThemStaysValid() {
        JSONSchemaProps schema = schema(Cluster.class);
        assertObjectsAreOpen(schema);
        assertThat(schema.getProperties()).containsKeys("spec", "status");
    }

    private static void assertObjectsAreOpen(JSONSchemaProps schema) {
        assertThat(schema.getRequired()).isEmpty();
        if ("object".equals(schema.getType()) && schema.getAdditionalProperties() == null) {
            assertThat(schema.getXKubernetesPreserveUnknownFields()).isTrue();
        }
        if (schema.getProperties() != null) {
            schema.getProperties().values().forEach(property -> {
                assertThat(property.getNullable()).isTrue();
                assertObjectsAreOpen(property);
            });
        }
    }

    @Test
    void kindsWithColumnsKeepTheOneForTheAge() {
        assertThat(version(Cluster.class).getAdditionalPrinterColumns())
                .extracting(CustomResourceColumnDefinition::getName)
                .startsWith("Display Name")
                .endsWith("Age");
        assertThat(version(Gadget.class).getAdditionalPrinterColumns()).isEmpty();
    }

    @Test
    void specAndStatusAreFlattenedAndStatusIsReadOnly() {
        assertThat(TYPE.fields()).containsKeys("name", "colour", "phase").doesNotContainKeys("spec", "inside");
        assertThat(TYPE.fields().get("phase").create()).isFalse();
        assertThat(TYPE.fields().get("phase").update()).isFalse();
        assertThat(TYPE.fields().get("key").type()).isEqualTo("password");
        assertThat(TYPE.fields().get("colour").type()).isEqualTo("enum");
        assertThat(TYPE.fields().get("size").options()).containsExactly("SMALL", "LARGE");
        assertThat(TYPE.fields().get("parts").type()).isEqualTo("array[part]");
        assertThat(TYPE.fields().get("spares").type()).isEqualTo("map[part]");
        assertThat(TYPE.fields().get("anything").type()).isEqualTo("map[json]");
        assertThat(TYPE.subTypes()).containsOnlyKeys("part");
        assertThat(TYPE.hasDisplayName()).isTrue();
    }

    @Test
    void aStoredObjectIsShownByItsRestNamesWithoutItsSecrets() throws Exception {
        ObjectNode stored = object(
                """
                {"metadata": {"name": "g", "uid": "1", "creationTimestamp": "2026-11-21T12:00:00Z",
                              "annotations": {"field.cattle.io/creatorId": "u-1"}},
                 "spec": {"displayName": "Big", "key": "hush", "parts": [{"no": 7}, {}],
                          "spares": {"a": {"no": 3, "inner": {"no": 4}}}},
                 "status": {"phase": "Running"}}""");

        ObjectNode shown = TYPE.show(stored);

        assertThat(shown.get("name").asText()).isEqualTo("Big");
        assertThat(shown.get("phase").asText()).isEqualTo("Running");
        assertThat(shown.has("key")).isFalse();
        assertThat(shown.get("creatorId").asText()).isEqualTo("u-1");
        assertThat(shown.get("createdTS").asLong()).isEqualTo(1795262400000L);
        assertThat(shown.get("namespaceId").isNull()).isTrue();
        assertThat(shown.get("parts").toString())
                .isEqualTo(
                        "[{\"number\":7,\"type\":\"/v3/schemas/part\"},{\"number\":1,\"type\":\"/v3/schemas/part\"}]");
        assertThat(shown.at("/spares/a/inner/number").asInt()).isEqualTo(4);
    }

    @Test
    void aResourceIsMergedIntoWhatWasStored() throws Exception {
        ObjectNode stored = object(
                """
                {"metadata": {"name": "g"},
                 "spec": {"displayName": "Big", "unknown": 1, "first": {"no": 1, "unknown": 2}, "tags": {"a": "b"},
                          "colour": "red", "parts": [{"no": 1}]}}""");

        TYPE.store(
                object(
                        """
                        {"name": "Bigger", "first": {"number": 5}, "tags": {"c": "d"}, "colour": null,
                         "parts": [{"number": 2}], "spares": {"x": {"number": 3}}, "nonsense": 1}"""),
                stored);

        assertThat(JSON.readTree(stored.toString()))
                .isEqualTo(
                        object(
                                """
                                {"metadata": {"name": "g"},
                                 "spec": {"displayName": "Bigger", "unknown": 1, "first": {"no": 5, "unknown": 2},
                                          "tags": {"c": "d"}, "parts": [{"no": 2}], "spares": {"x": {"no": 3}}}}"""));
    }

    @Test
    void recordsAreReadAndWrittenByTheirStoredNames() throws Exception {
        Setting setting =
                KindJson.mapper().readValue("{\"value\":\"\",\"default\":\"d\",\"metadata\":{}}", Setting.class);

        assertThat(setting.effective()).isEqualTo("d");
        assertThat(KindJson.mapper().<ObjectNode>valueToTree(setting))
                .isEqualTo(object("{\"value\":\"\",\"default\":\"d\"}"));
    }

    @Test
    void aRecordThatIsNoKindIsRefused() {
        assertThatThrownBy(() -> KindDefinition.of(Part.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("carries no @Kind");
    }

    private static CustomResourceDefinitionVersion version(Class<? extends Record> kind) {
        return KindDefinition.of(kind)
                .customResourceDefinition()
                .getSpec()
                .getVersions()
                .get(0);
    }

    private static JSONSchemaProps schema(Class<? extends Record> kind) {
        return version(kind).getSchema().getOpenAPIV3Schema();
    }

    private static ObjectNode object(String json) throws Exception {
        return (ObjectNode) JSON.readTree(json);
    }
}
