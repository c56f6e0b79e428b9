package io.drover.controllers.engine;

import io.drover.api.plane.Resource;

/** Names an object within its kind. @param namespace null for cluster scope */
record ObjectKey(String namespace, String name) {

    static ObjectKey of(Resource<?> resource) {
        return new ObjectKey(resource.namespace().orElse(null), resource.name());
    }

    @Override
    public String toString() {
        return namespace == null ? name : namespace + "/" + name;
    }
}
