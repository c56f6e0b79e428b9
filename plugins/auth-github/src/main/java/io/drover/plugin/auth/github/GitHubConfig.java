package io.drover.plugin.auth.github;

import io.drover.api.kind.Field;
import io.drover.api.kind.Rest;
import io.drover.api.kind.Secret;
import java.util.Map;

/**
 * What an administrator says of the OAuth application that he registered.
 *
 * @param hostname {@code github.com}, or an Enterprise server's name with its port if it has an unusual one
 */
@Rest(
        type = "githubConfig",
        plural = "githubConfigs",
        collectionMethods = {},
        resourceMethods = {"GET", "PUT"})
record GitHubConfig(
        @Field(defaultValue = "github.com") String hostname,
        @Field(nullable = false, defaultValue = "true") Boolean tls,
        @Field(required = true) String clientId,
        @Field(required = true) @Secret String clientSecret,
        @Field(create = false, update = false) Map<String, String> additionalClientIds,
        @Field(create = false, update = false) Map<String, String> hostnameToClientId) {}
