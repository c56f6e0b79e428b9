package io.drover.apiserver.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.request.Refusal.Cause;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the two kinds of webhook configurations have in common, defaults included. */
final class WebhookRules implements ResourceType.Rules {

    private static final Set<String> OPERATIONS = Set.of("*", "CREATE", "UPDATE", "DELETE", "CONNECT");

    private final boolean mutating;

    WebhookRules(boolean mutating) {
        this.mutating = mutating;
    }

    @Override
    public void normalise(ObjectNode configuration) {
        for (JsonNode node : configuration.path("webhooks")) {
            if (node instanceof ObjectNode webhook) {
                fill(webhook, "failurePolicy", "Fail");
                fill(webhook, "matchPolicy", "Equivalent");
                Json.child(webhook, "namespaceSelector");
                Json.child(webhook, "objectSelector");
                if (!webhook.has("timeoutSeconds")) {
                    webhook.put("timeoutSeconds", 10);
                }
                if (mutating) {
                    fill(webhook, "reinvocationPolicy", "Never");
                }
                for (JsonNode rule : webhook.path("rules")) {
                    if (rule instanceof ObjectNode object) {
                        fill(object, "scope", "*");
                    }
                }
            }
        }
    }

    private static void fill(ObjectNode object, String field, String value) {
        if (object.path(field).asText("").isEmpty()) {
            object.put(field, value);
        }
    }

    @Override
    public void validate(ObjectNode configuration, ObjectNode before, List<Cause> causes) {
        Set<String> names = new HashSet<>();
        int i = 0;
        for (JsonNode webhook : configuration.path("webhooks")) {
            String at = "webhooks[" + i++ + "]";
            String name = webhook.path("name").asText("");
            if (name.split("\\.", -1).length < 3) {
                causes.add(Cause.invalid(
                        at + ".name",
                        '"' + name + '"',
                        "should be a domain with at least three segments separated by dots"));
            }
            if (!names.add(name)) {
                causes.add(new Cause("FieldValueDuplicate", at + ".name", "Duplicate value: \"" + name + '"'));
            }
            oneOf(webhook, at, "failurePolicy", List.of("Fail", "Ignore"), causes);
            oneOf(webhook, at, "matchPolicy", List.of("Equivalent", "Exact"), causes);
            oneOf(webhook, at, "sideEffects", List.of("None", "NoneOnDryRun"), causes);
            if (mutating) {
                oneOf(webhook, at, "reinvocationPolicy", List.of("IfNeeded", "Never"), causes);
            }
            int timeout = webhook.path("timeoutSeconds").asInt();
            if (timeout < 1 || timeout > 30) {
                causes.add(Cause.invalid(
                        at + ".timeoutSeconds",
                        Integer.toString(timeout),
                        "the timeout value must be between 1 and 30 seconds"));
            }
            ExpressionForm.checkMatchConditions(
                    PolicyExpressions.ofWebhooks(), webhook.path("matchConditions"), at + ".matchConditions", causes);
            validateReviewVersions(webhook, at, causes);
            validateClient(webhook.path("clientConfig"), at + ".clientConfig", causes);
            int r = 0;
            for (JsonNode rule : webhook.path("rules")) {
                validateRule(rule, at + ".rules[" + r++ + "]", causes);
            }
        }
    }

    private static void oneOf(JsonNode webhook, String at, String field, List<String> allowed, List<Cause> causes) {
        String value = webhook.path(field).asText("");
        if (value.isEmpty()) {
            causes.add(Cause.required(at + "." + field, "must specify one of " + String.join(", ", allowed)));
        } else if (!allowed.contains(value)) {
            causes.add(Cause.unsupported(at + "." + field, '"' + value + '"', allowed));
        }
    }

    private static void validateReviewVersions(JsonNode webhook, String at, List<Cause> causes) {
        JsonNode versions = webhook.path("admissionReviewVersions");
        boolean known = false;
        for (JsonNode version : versions) {
            known |= version.asText().equals("v1");
        }
        if (versions.isEmpty()) {
            causes.add(Cause.required(at + ".admissionReviewVersions", "must specify one of v1, v1beta1"));
        } else if (!known) {
            causes.add(Cause.invalid(
                    at + ".admissionReviewVersions", versions.toString(), "must include at least one of v1"));
        }
    }

    private static void validateClient(JsonNode client, String at, List<Cause> causes) {
        if (client.path("service").isObject()) {
            causes.add(Cause.forbidden(
                    at + ".service", "the management plane has no services; name the webhook by its url"));
            return;
        }
        String url = client.path("url").asText("");
        if (url.isEmpty()) {
            causes.add(Cause.required(at, "exactly one of url or service is required"));
            return;
        }
        URI uri;
        try {
            uri = URI.create(url);
        } catch (IllegalArgumentException e) {
            causes.add(Cause.required(at + ".url", "url must be a valid URL"));
            return;
        }
        if (!"https".equals(uri.getScheme())) {
            causes.add(Cause.invalid(
                    at + ".url",
                    '"' + String.valueOf(uri.getScheme()) + '"',
                    "'https' is the only allowed URL scheme; desired format: https://host[/path]"));
        }
        if (uri.getHost() == null) {
            causes.add(
                    Cause.invalid(at + ".url", "\"\"", "host must be specified; desired format: https://host[/path]"));
        }
        if (uri.getUserInfo() != null) {
            causes.add(Cause.invalid(at + ".url", "\"\"", "user information is not permitted in the URL"));
        }
        if (uri.getFragment() != null || uri.getQuery() != null) {
            causes.add(
                    Cause.invalid(at + ".url", '"' + url + '"', "fragments and queries are not permitted in the URL"));
        }
    }

    private static void validateRule(JsonNode rule, String at, List<Cause> causes) {
        for (String field : List.of("operations", "apiGroups", "apiVersions", "resources")) {
            if (rule.path(field).isEmpty()) {
                causes.add(Cause.required(at + "." + field, ""));
            }
        }
        for (JsonNode operation : rule.path("operations")) {
            if (!OPERATIONS.contains(operation.asText())) {
                causes.add(Cause.unsupported(
                        at + ".operations",
                        '"' + operation.asText() + '"',
                        OPERATIONS.stream().sorted().toList()));
            }
        }
        if (!Set.of("*", "Cluster", "Namespaced").contains(rule.path("scope").asText())) {
            causes.add(Cause.unsupported(
                    at + ".scope", '"' + rule.path("scope").asText() + '"', List.of("*", "Cluster", "Namespaced")));
        }
    }
}
