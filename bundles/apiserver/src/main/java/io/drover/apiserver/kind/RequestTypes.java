package io.drover.apiserver.kind;

import io.drover.apiserver.cel.Type;
import java.util.LinkedHashMap;
import java.util.Map;

/** What expressions of policies and webhooks see of a request and its namespace. */
final class RequestTypes {

    private static final Type TEXTS = Type.list(Type.STRING);

    private static final Type KIND = object(
            "kubernetes.GroupVersionKind", Map.of("group", Type.STRING, "version", Type.STRING, "kind", Type.STRING));

    private static final Type RESOURCE = object(
            "kubernetes.GroupVersionResource",
            Map.of("group", Type.STRING, "version", Type.STRING, "resource", Type.STRING));

    private static final Type USER = object(
            "kubernetes.UserInfo",
            Map.of(
                    "username",
                    Type.STRING,
                    "uid",
                    Type.STRING,
                    "groups",
                    TEXTS,
                    "extra",
                    Type.map(Type.STRING, TEXTS)));

    /** {@code request}. */
    static final Type REQUEST = object(
            "kubernetes.AdmissionRequest",
            Map.ofEntries(
                    Map.entry("kind", KIND),
                    Map.entry("resource", RESOURCE),
                    Map.entry("subResource", Type.STRING),
                    Map.entry("requestKind", KIND),
                    Map.entry("requestResource", RESOURCE),
                    Map.entry("requestSubResource", Type.STRING),
                    Map.entry("name", Type.STRING),
                    Map.entry("namespace", Type.STRING),
                    Map.entry("operation", Type.STRING),
                    Map.entry("userInfo", USER),
                    Map.entry("dryRun", Type.BOOL),
                    Map.entry("options", Type.DYN)));

    /** {@code namespaceObject}. */
    static final Type NAMESPACE = namespace();

    private RequestTypes() {}

    private static Type namespace() {
        Map<String, Type> metadata = new LinkedHashMap<>();
        for (String field : new String[] {"name", "generateName", "namespace", "resourceVersion"}) {
            metadata.put(field, Type.STRING);
        }
        metadata.put("labels", Type.map(Type.STRING, Type.STRING));
        metadata.put("annotations", Type.map(Type.STRING, Type.STRING));
        metadata.put("creationTimestamp", Type.TIMESTAMP);
        metadata.put("deletionTimestamp", Type.TIMESTAMP);
        metadata.put("generation", Type.INT);
        metadata.put("deletionGracePeriodSeconds", Type.INT);
        metadata.put("finalizers", TEXTS);
        return object(
                "kubernetes.Namespace",
                Map.of(
                        "metadata", object("kubernetes.NamespaceMetadata", metadata),
                        "spec", object("kubernetes.NamespaceSpec", Map.of("finalizers", TEXTS)),
                        "status", object("kubernetes.NamespaceStatus", Map.of("phase", Type.STRING))));
    }

    private static Type object(String name, Map<String, Type> fields) {
        return new Type.ObjectOf(name, fields);
    }
}
