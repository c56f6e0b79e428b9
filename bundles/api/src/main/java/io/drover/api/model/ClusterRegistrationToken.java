package io.drover.api.model;

import io.drover.api.kind.Field;
import io.drover.api.kind.Kind;
import io.drover.api.kind.Rest;
import io.drover.api.kind.Secret;

/** What an agent proves with that it belongs to a cluster. Its namespace is the cluster's id; {@code default-token} is made for each. */
@Kind(plural = "clusterregistrationtokens", namespaced = true)
@Rest(
        type = "clusterRegistrationToken",
        plural = "clusterRegistrationTokens",
        idPrefix = "crt-",
        scope = "cluster",
        stateful = true,
        namedByCaller = true)
public record ClusterRegistrationToken(Spec spec, Status status) {

    public record Spec(@Field(rest = "clusterId", type = "reference[cluster]", required = true) String clusterName) {}

    public record Status(
            @Field(type = "string") @Secret String token,
            String command,
            String insecureCommand,
            String manifestUrl,
            String nodeCommand,
            String insecureNodeCommand,
            String windowsNodeCommand,
            String insecureWindowsNodeCommand) {}
}
