package io.drover.apiserver.migrate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.PlaneContents;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What of a plane is Drover's. An embedded one holds nothing else; of a real cluster it is the kinds that Drover defined, what is in
 * the namespaces that it made, and what it wrote itself elsewhere.
 */
final class Scope {

    /** Every Kubernetes has them, and fills them itself. */
    private static final Set<String> KUBERNETES = Set.of("kube-system", "kube-public", "kube-node-lease");

    private final boolean whole;
    private final List<ObjectNode> definitions = new ArrayList<>();
    private final List<Type> kinds = new ArrayList<>();
    private final Set<String> namespaces = new HashSet<>(PlaneContents.NAMESPACES);

    private Scope(boolean whole) {
        this.whole = whole;
        namespaces.remove("default");
        namespaces.removeAll(KUBERNETES);
    }

    /** @param whole whether the plane holds nothing but what is Drover's */
    static Scope of(Plane plane, boolean whole) {
        Scope scope = new Scope(whole);
        plane.each(Type.DEFINITION, definition -> {
            if (whole || isWrittenByDrover(definition)) {
                scope.definitions.add(definition);
                scope.kinds.add(Type.of(definition));
            }
        });
        for (Type kind : scope.kinds) {
            plane.each(kind, object -> scope.namespaces.add(ObjectKey.of(object).namespace()));
        }
        plane.each(Type.NAMESPACE, namespace -> {
            if (whole || isWrittenByDrover(namespace)) {
                scope.namespaces.add(ObjectKey.of(namespace).name());
            }
        });
        scope.namespaces.remove("");
        scope.namespaces.removeAll(KUBERNETES);
        return scope;
    }

    List<ObjectNode> definitions() {
        return definitions;
    }

    /** The kinds of the definitions. */
    List<Type> kinds() {
        return kinds;
    }

    boolean contains(Type type, ObjectNode object) {
        ObjectKey key = ObjectKey.of(object);
        if (type.equals(Type.NAMESPACE)) {
            return namespaces.contains(key.name()) && !key.name().equals("default");
        }
        if (KUBERNETES.contains(key.namespace()) || isMadeByKubernetes(type, key, object)) {
            return false;
        }
        boolean inside = !key.namespace().isEmpty()
                && namespaces.contains(key.namespace())
                && !key.namespace().equals("default");
        return whole || type.custom() || inside || isWrittenByDrover(object);
    }

    /** What each Kubernetes makes for itself, and would make again. */
    private static boolean isMadeByKubernetes(Type type, ObjectKey key, JsonNode object) {
        return switch (type.plural()) {
            case "serviceaccounts" -> key.name().equals("default");
            case "configmaps" -> key.name().equals("kube-root-ca.crt");
            case "secrets" -> object.path("type").asText().equals("kubernetes.io/service-account-token");
            case "clusterroles", "clusterrolebindings", "roles", "rolebindings" -> key.name()
                            .startsWith("system:")
                    || object.path("metadata").path("labels").has("kubernetes.io/bootstrapping");
            default -> false;
        };
    }

    private static boolean isWrittenByDrover(JsonNode object) {
        for (JsonNode entry : object.path("metadata").path("managedFields")) {
            if (entry.path("manager").asText().equals(Plane.FIELD_MANAGER)) {
                return true;
            }
        }
        return false;
    }
}
