package io.drover.controllers.engine;

import io.drover.api.plane.Resource;

/** Names an object within its kind. @param namespace null for cluster scope */
public record ObjectKey(String namespace, String name) {

    static ObjectKey of(Resource<?> resource) {
        return new ObjectKey(resource.namespace().orElse(null), resource.name());
    }

    /** The id of the cluster that it is, or belongs to: what is in a namespace belongs to the cluster of that name. */
    public String cluster() {
        return namespace == null ? name : namespace;
    }

    @Override
    public String toString() {
        return namespace == null ? name : namespace + "/" + name;
    }
}
