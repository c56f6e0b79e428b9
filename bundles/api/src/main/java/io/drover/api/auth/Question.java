package io.drover.api.auth;

/**
 * May somebody do this to that?
 *
 * @param verb Kubernetes' {@code get list watch create update patch delete …}
 * @param group API group, empty for the core group
 * @param resource plural in lower case, with subresource as in {@code pods/log}
 * @param namespace empty for cluster scope or all namespaces
 * @param name empty for a collection
 */
public record Question(String verb, String group, String resource, String namespace, String name) {

    /** May somebody enter this cluster at all? */
    public static Question enterCluster(String clusterId) {
        return new Question("get", "management.cattle.io", "clusters", "", clusterId);
    }

    @Override
    public String toString() {
        String what = group.isEmpty() ? resource : resource + "." + group;
        return verb + " " + what + (name.isEmpty() ? "" : " " + name) + (namespace.isEmpty() ? "" : " in " + namespace);
    }
}
