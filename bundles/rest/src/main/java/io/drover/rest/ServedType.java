package io.drover.rest;

import io.drover.api.kind.RestType;

/**
 * A type as it is served.
 *
 * @param group API group of the kind, for questions about rights
 * @param resource lower-case plural of the kind, for the same
 * @param versionPath {@code /v3}
 */
record ServedType(RestType type, String group, String resource, String versionPath, Store store, TypeHooks hooks) {

    static final String V3 = "/v3";

    String id() {
        return type.id();
    }

    /** Whether its objects belong to another object, whose id is their namespace. */
    boolean isScoped() {
        return !type.scope().isEmpty();
    }

    /** The field that names that object: {@code clusterId}. */
    String scopeField() {
        return type.scope() + "Id";
    }

    boolean lists() {
        return type.collectionMethods().contains("GET");
    }

    boolean creates() {
        return type.collectionMethods().contains("POST");
    }

    /** {@code users.management.cattle.io} */
    String qualifiedResource() {
        return resource + "." + group;
    }
}
