package io.drover.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import io.drover.apiserver.kind.PolicyExpressions;
import java.time.Duration;

/**
 * One webhook of a configuration.
 *
 * @param ignoresFailure whether a change goes on when the webhook does not answer as it should
 * @param again whether it is asked once more after others have changed the object
 * @param trust PEM certificates in base64; empty = those that the JVM trusts
 */
record Webhook(
        String configuration,
        String name,
        boolean mutating,
        Matching matching,
        Conditions conditions,
        boolean ignoresFailure,
        boolean again,
        Duration timeout,
        String url,
        String trust) {

    static Webhook of(String configuration, boolean mutating, JsonNode webhook) {
        return new Webhook(
                configuration,
                webhook.path("name").asText(),
                mutating,
                Matching.ofWebhook(webhook),
                new Conditions(webhook.path("matchConditions"), PolicyExpressions.ofWebhooks()),
                webhook.path("failurePolicy").asText("").equals("Ignore"),
                webhook.path("reinvocationPolicy").asText("").equals("IfNeeded"),
                Duration.ofSeconds(webhook.path("timeoutSeconds").asInt(10)),
                webhook.at("/clientConfig/url").asText(),
                webhook.at("/clientConfig/caBundle").asText(""));
    }
}
