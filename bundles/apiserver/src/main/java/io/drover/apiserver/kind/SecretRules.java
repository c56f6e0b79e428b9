package io.drover.apiserver.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.request.Refusal;
import io.drover.apiserver.request.Refusal.Cause;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** {@code stringData} is for writing only; data is base64; the type never changes, and nothing does in an immutable one. */
final class SecretRules implements ResourceType.Rules {

    private static final int MAX_BYTES = 1024 * 1024;
    private static final Map<String, List<String>> NEEDED = Map.of(
            "kubernetes.io/dockerconfigjson", List.of(".dockerconfigjson"),
            "kubernetes.io/dockercfg", List.of(".dockercfg"),
            "kubernetes.io/ssh-auth", List.of("ssh-privatekey"),
            "kubernetes.io/tls", List.of("tls.crt", "tls.key"));
    private static final Pattern KEY = Pattern.compile("[-._a-zA-Z0-9]{1,253}");

    @Override
    public void normalise(ObjectNode secret) {
        if (secret.remove("stringData") instanceof ObjectNode texts) {
            ObjectNode data = Json.child(secret, "data");
            texts.properties()
                    .forEach(t -> data.put(
                            t.getKey(),
                            Base64.getEncoder()
                                    .encodeToString(t.getValue().asText().getBytes(StandardCharsets.UTF_8))));
        }
        if (secret.path("type").asText().isEmpty()) {
            secret.put("type", "Opaque");
        }
    }

    @Override
    public void validate(ObjectNode secret, ObjectNode before, List<Cause> causes) {
        long size = 0;
        for (Map.Entry<String, JsonNode> entry : secret.path("data").properties()) {
            checkKey("data", entry.getKey(), causes);
            try {
                size += Base64.getDecoder().decode(entry.getValue().asText()).length;
            } catch (IllegalArgumentException e) {
                throw Refusal.badRequest("Secret in version \"v1\" cannot be handled as a Secret: data["
                        + entry.getKey() + "] is not base64");
            }
        }
        if (size > MAX_BYTES) {
            causes.add(
                    new Cause("FieldValueTooLong", "data", "Too long: may not be more than " + MAX_BYTES + " bytes"));
        }
        for (String key : NEEDED.getOrDefault(secret.path("type").asText(), List.of())) {
            if (!secret.path("data").has(key)) {
                causes.add(Cause.required("data[" + key + "]", ""));
            }
        }
        checkType(secret, causes);
        if (before != null) {
            if (!before.path("type").equals(secret.path("type"))) {
                causes.add(Cause.invalid("type", secret.path("type").toString(), "field is immutable"));
            }
            checkImmutable(secret, before, List.of("data"), causes);
        }
    }

    private static void checkType(ObjectNode secret, List<Cause> causes) {
        JsonNode data = secret.path("data");
        switch (secret.path("type").asText()) {
            case "kubernetes.io/service-account-token" -> {
                String account = "kubernetes.io/service-account.name";
                if (secret.at("/metadata/annotations").path(account).asText().isEmpty()) {
                    causes.add(Cause.required("metadata.annotations[" + account + "]", ""));
                }
            }
            case "kubernetes.io/basic-auth" -> {
                if (!data.has("username") && !data.has("password")) {
                    causes.add(Cause.required("data[username]", ""));
                    causes.add(Cause.required("data[password]", ""));
                }
            }
            case "kubernetes.io/dockerconfigjson" -> checkJson(data, ".dockerconfigjson", causes);
            case "kubernetes.io/dockercfg" -> checkJson(data, ".dockercfg", causes);
            default -> {
                // Nothing else is known of it.
            }
        }
    }

    private static void checkJson(JsonNode data, String key, List<Cause> causes) {
        if (!data.has(key)) {
            return;
        }
        try {
            if (Json.parse(Base64.getDecoder().decode(data.path(key).asText()), false)
                    .isObject()) {
                return;
            }
        } catch (Refusal e) {
            // said below
        }
        causes.add(Cause.invalid("data[" + key + "]", "\"<secret contents redacted>\"", "must be a JSON object"));
    }

    static void checkKey(String field, String key, List<Cause> causes) {
        if (!KEY.matcher(key).matches() || key.equals(".") || key.startsWith("..")) {
            causes.add(Cause.invalid(
                    field + "[" + key + "]",
                    '"' + key + '"',
                    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or"
                            + " 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"));
        }
    }

    static void checkImmutable(ObjectNode now, ObjectNode before, List<String> fields, List<Cause> causes) {
        if (!before.path("immutable").asBoolean()) {
            return;
        }
        if (!now.path("immutable").asBoolean()) {
            causes.add(Cause.forbidden("immutable", "field is immutable when `immutable` is set"));
        }
        for (String field : fields) {
            if (!before.path(field).equals(now.path(field))) {
                causes.add(Cause.forbidden(field, "field is immutable when `immutable` is set"));
            }
        }
    }
}
