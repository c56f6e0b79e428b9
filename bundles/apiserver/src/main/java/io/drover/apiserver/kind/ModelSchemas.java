package io.drover.apiserver.kind;

import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.schema.Schema;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Schemas of Kubernetes' own kinds, read from the client's model classes. What the classes don't say, how lists are merged, is in a
 * table here.
 */
final class ModelSchemas {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Lists whose items have a key, or are a set when that is empty: by class and field. */
    private static final Map<String, String> KEYED_LISTS = Map.ofEntries(
            Map.entry("ObjectMeta.ownerReferences", "uid"),
            Map.entry("ObjectMeta.finalizers", ""),
            Map.entry("ServiceAccount.secrets", "name"),
            Map.entry("NamespaceStatus.conditions", "type"),
            Map.entry("CustomResourceDefinitionStatus.conditions", "type"),
            Map.entry("MutatingWebhookConfiguration.webhooks", "name"),
            Map.entry("MutatingWebhook.matchConditions", "name"),
            Map.entry("ValidatingWebhookConfiguration.webhooks", "name"),
            Map.entry("ValidatingWebhook.matchConditions", "name"),
            Map.entry("ValidatingAdmissionPolicySpec.matchConditions", "name"),
            Map.entry("ValidatingAdmissionPolicySpec.variables", "name"),
            Map.entry("ValidatingAdmissionPolicyStatus.conditions", "type"),
            Map.entry("ValidatingAdmissionPolicyBindingSpec.validationActions", ""));

    /** Lists with a key that a strategic merge patch replaces. */
    private static final Set<String> REPLACED_LISTS = Set.of(
            "CustomResourceDefinitionStatus.conditions",
            "ValidatingAdmissionPolicyStatus.conditions",
            "ValidatingAdmissionPolicyBindingSpec.validationActions");

    private static final Set<String> ATOMIC_MAPS = Set.of(
            "LabelSelector",
            "ObjectReference",
            "LocalObjectReference",
            "TypedLocalObjectReference",
            "RoleRef",
            "Subject",
            "OwnerReference",
            "MatchResources",
            "NamedRuleWithOperations",
            "ParamKind",
            "ParamRef",
            "ScopeSelector");

    private ModelSchemas() {}

    static Schema of(Class<?> model) {
        ObjectNode schema = schema(MAPPER.constructType(model), new HashSet<>());
        ObjectNode properties = (ObjectNode) schema.get("properties");
        properties.set("metadata", schema(MAPPER.constructType(ObjectMeta.class), new HashSet<>()));
        return Schema.of(schema);
    }

    private static ObjectNode schema(JavaType type, Set<Class<?>> above) {
        ObjectNode schema = Json.object();
        Class<?> raw = type.getRawClass();
        if (raw == String.class || raw.isEnum()) {
            return schema.put("type", "string");
        }
        if (raw == Integer.class || raw == int.class) {
            return schema.put("type", "integer").put("format", "int32");
        }
        if (raw == Long.class || raw == long.class) {
            return schema.put("type", "integer").put("format", "int64");
        }
        if (raw == Boolean.class || raw == boolean.class) {
            return schema.put("type", "boolean");
        }
        if (raw == Double.class || raw == Float.class) {
            return schema.put("type", "number");
        }
        if (raw == IntOrString.class || raw == Quantity.class) {
            return schema.put("x-kubernetes-int-or-string", true);
        }
        if (raw == MicroTime.class || raw.getSimpleName().equals("ZonedDateTime")) {
            return schema.put("type", "string").put("format", "date-time");
        }
        if (type.isCollectionLikeType() || type.isArrayType()) {
            schema.put("type", "array").set("items", schema(type.getContentType(), above));
            return schema;
        }
        if (type.isMapLikeType()) {
            schema.put("type", "object").set("additionalProperties", schema(type.getContentType(), above));
            return schema;
        }
        if (raw == Object.class
                || com.fasterxml.jackson.databind.JsonNode.class.isAssignableFrom(raw)
                || above.contains(raw)
                || isUntyped(raw)) {
            return schema.put("x-kubernetes-preserve-unknown-fields", true);
        }
        return bean(type, above, schema);
    }

    private static boolean isUntyped(Class<?> raw) {
        return raw.isInterface()
                || Set.of(
                                "JSON",
                                "RawExtension",
                                "JSONSchemaPropsOrBool",
                                "JSONSchemaPropsOrArray",
                                "JSONSchemaPropsOrStringArray",
                                "FieldsV1")
                        .contains(raw.getSimpleName());
    }

    private static ObjectNode bean(JavaType type, Set<Class<?>> above, ObjectNode schema) {
        Set<Class<?>> within = new HashSet<>(above);
        within.add(type.getRawClass());
        schema.put("type", "object");
        if (ATOMIC_MAPS.contains(type.getRawClass().getSimpleName())) {
            schema.put("x-kubernetes-map-type", "atomic");
        }
        ObjectNode properties = schema.putObject("properties");
        BeanDescription bean = MAPPER.getSerializationConfig().introspect(type);
        for (BeanPropertyDefinition property : bean.findProperties()) {
            if (property.getField() == null) {
                continue;
            }
            JavaType fieldType = property.getField().getType();
            ObjectNode child = above.isEmpty() && property.getName().equals("metadata")
                    ? Json.object().put("type", "object")
                    : schema(fieldType, within);
            markMerged(child, type.getRawClass().getSimpleName() + "." + property.getName());
            properties.set(property.getName(), child);
        }
        return schema;
    }

    private static void markMerged(ObjectNode list, String field) {
        String key = KEYED_LISTS.get(field);
        if (key != null && key.isEmpty()) {
            list.put("x-kubernetes-list-type", "set");
        } else if (key != null) {
            list.put("x-kubernetes-list-type", "map");
            list.putArray("x-kubernetes-list-map-keys").add(key);
        }
        String merged = REPLACED_LISTS.contains(field) ? null : key;
        if (merged != null) {
            list.put("x-kubernetes-patch-strategy", "merge");
        }
        if (merged != null && !merged.isEmpty()) {
            list.put("x-kubernetes-patch-merge-key", merged);
        }
    }
}
