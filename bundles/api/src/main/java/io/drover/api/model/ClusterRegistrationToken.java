package io.drover.api.model;

import io.drover.api.kind.Description;
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
@Description("What an agent proves with that it belongs to a cluster. Its namespace is the cluster's id.")
public record ClusterRegistrationToken(Spec spec, Status status) {

    public record Spec(
            @Description("Id of the cluster.") @Field(rest = "clusterId", type = "reference[cluster]", required = true)
                    String clusterName) {}

    public record Status(
            @Description("The secret that the agent shows.") @Field(type = "string") @Secret String token,
            @Description("Imports a cluster, run with kubectl pointed at it.") String command,
            @Description("The same where this server's certificate is not trusted.") String insecureCommand,
            @Description("Where the manifest is that both commands apply.") String manifestUrl,
            @Description("Makes a machine a node of the cluster.") String nodeCommand,
            @Description("The same where this server's certificate is not trusted.") String insecureNodeCommand,
            @Description("Makes a Windows machine a node of the cluster.") String windowsNodeCommand,
            @Description("The same where this server's certificate is not trusted.")
                    String insecureWindowsNodeCommand) {}
}
