package io.drover.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Takes secrets out of what is recorded: by the names of fields, by the kind of object, and by what texts look like. In doubt too much
 * goes.
 */
final class Redaction {

    static final String GONE = "[redacted]";

    /** Parts of names, in lower case without separators. */
    private static final List<String> SECRET_PARTS = List.of(
            "password",
            "passwd",
            "passphrase",
            "secret",
            "token",
            "credential",
            "privatekey",
            "apikey",
            "accesskey",
            "clientkey",
            "authorization",
            "cookie",
            "kubeconfig",
            "totp",
            "recoverycode",
            "assertion",
            "samlresponse",
            "lastappliedconfiguration"); // an annotation of kubectl's, with the whole object

    private static final Set<String> SECRET_NAMES = Set.of("pwd", "otp", "pin", "passcode", "jwt", "dockerconfigjson");

    /** Contain such a part and are no secrets. */
    private static final Set<String> PLAIN_NAMES = Set.of(
            "secretname",
            "secretref",
            "secretkeyref",
            "secretnamespace",
            "imagepullsecrets",
            "tokenname",
            "tokenid",
            "automountserviceaccounttoken");

    /** Parameters of a sign-in's way back, and of links that carry their own right. */
    private static final Set<String> SECRET_PARAMETERS = Set.of("code", "state", "nonce", "key", "sig", "signature");

    /** Of what is sent to sign in, only this is kept. */
    private static final Set<String> PLAIN_SIGN_IN = Set.of("description", "responseType", "ttl", "type");

    private static final Set<String> SEALED_RESOURCES = Set.of("secrets", "configmaps");
    private static final Set<String> SEALED_KINDS = Set.of("Secret", "SecretList", "ConfigMap", "ConfigMapList");
    private static final Set<String> PLAIN_IN_SEALED =
            Set.of("apiVersion", "kind", "type", "immutable", "op", "path", "from");

    private static final Pattern SECRET_TEXT = Pattern.compile(
            // an API server's or our own token's secret; a JWT; a key; what a header or a configuration line carries
            "(?<![a-z0-9])[a-z0-9]{54}(?![a-z0-9])"
                    + "|eyJ[\\w-]{8,}\\.[\\w-]+\\.[\\w-]*"
                    + "|-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(-----END [A-Z ]*PRIVATE KEY-----)?"
                    + "|(?<=(?:[Bb]earer|[Bb]asic) )[\\w.~+/=:-]{8,}"
                    + "|(?<=(?:token|password|secret|client-key-data)[\"']?[:=] ?)[\"']?[^\\s\"',]{4,}"
                    + "|(?<=/v3/import/)[^/_\\s]+(?=_)"
                    + "|(?<=://)[^/@\\s:]+:[^/@\\s]+(?=@)");

    /** One of these is in every text that {@link #SECRET_TEXT} finds, or so many letters and digits in a row. */
    private static final List<String> HINTS = List.of("eyJ", "-----BEGIN", "earer ", "asic ", "/import/", "://");

    /** Or one of these with a sign of {@link #ASSIGNMENT} after it. */
    private static final List<String> ASSIGNED = List.of("token", "password", "secret", "client-key-data");

    private static final String ASSIGNMENT = "\"':=";

    private static final int TOKEN_LENGTH = 54;

    private final Predicate<String> alsoSecret;

    /** @param alsoSecret names of fields, as {@link #plain} spells them, that kinds mark as secret */
    Redaction(Predicate<String> alsoSecret) {
        this.alsoSecret = alsoSecret;
    }

    /** The same, for which fields of these names are secret, too. */
    Redaction with(Set<String> names) {
        if (names.isEmpty()) {
            return this;
        }
        Set<String> plain = names.stream().map(Redaction::plain).collect(Collectors.toSet());
        return new Redaction(name -> plain.contains(name) || alsoSecret.test(name));
    }

    static String plain(String name) {
        StringBuilder plain = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c != '-' && c != '_' && c != '.') {
                plain.append(Character.toLowerCase(c));
            }
        }
        return plain.toString();
    }

    boolean isSecret(String name) {
        String plain = plain(name);
        return !PLAIN_NAMES.contains(plain)
                && (SECRET_NAMES.contains(plain)
                        || SECRET_PARTS.stream().anyMatch(plain::contains)
                        || alsoSecret.test(plain));
    }

    /** Whether the values of that resource's objects are not to be recorded at all. */
    static boolean isSealed(Target target) {
        return SEALED_RESOURCES.contains(target.resource());
    }

    /** A text without what looks like a secret. */
    static String text(String text) {
        return mayHoldSecret(text) ? SECRET_TEXT.matcher(text).replaceAll(GONE) : text;
    }

    private static boolean mayHoldSecret(String text) {
        int run = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            run = c >= 'a' && c <= 'z' || c >= '0' && c <= '9' ? run + 1 : 0;
            if (run >= TOKEN_LENGTH) {
                return true;
            }
        }
        return text.length() >= 8
                && (HINTS.stream().anyMatch(text::contains)
                        || ASSIGNED.stream().anyMatch(name -> isAssigned(text, name)));
    }

    private static boolean isAssigned(String text, String name) {
        for (int at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
            int after = at + name.length();
            if (after < text.length() && ASSIGNMENT.indexOf(text.charAt(after)) >= 0) {
                return true;
            }
        }
        return false;
    }

    /** A raw path; a registration token is the name of a file there. */
    static String path(String path) {
        String lower = path.toLowerCase(Locale.ROOT);
        int file = lower.indexOf("/import/");
        if (lower.startsWith("/v3/") && file >= 0) {
            int from = file + "/import/".length();
            int cluster = path.lastIndexOf('_');
            return path.substring(0, from) + GONE + (cluster > from ? text(path.substring(cluster)) : "");
        }
        return text(path);
    }

    /** A raw query. */
    String query(String query) {
        if (query.isEmpty()) {
            return query;
        }
        List<String> pairs = new ArrayList<>();
        for (String pair : query.split("&")) {
            int equals = pair.indexOf('=');
            String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
            boolean gone = equals >= 0 && (SECRET_PARAMETERS.contains(plain(name)) || isSecret(name));
            String value = equals < 0 ? "" : pair.substring(equals + 1);
            boolean hidden = !text(decoded(value)).equals(decoded(value));
            pairs.add(gone || hidden ? text(pair.substring(0, equals)) + "=" + GONE : text(pair));
        }
        return String.join("&", pairs);
    }

    /** A body without secrets. */
    JsonNode body(Target target, JsonNode body) {
        if (target.entrance().equals("v3-public") && body instanceof ObjectNode form) {
            return keepOnly(form, PLAIN_SIGN_IN);
        }
        return clean(body, isSealed(target));
    }

    /** A value of a field of that name. */
    JsonNode value(String name, JsonNode value) {
        return isSecret(name) && !value.isBoolean() && !value.isNull() && !value.isMissingNode()
                ? JsonNodeFactory.instance.textNode(GONE)
                : clean(value, false);
    }

    private JsonNode clean(JsonNode node, boolean sealed) {
        if (node instanceof ObjectNode object) {
            String kind = object.path("kind").asText();
            return (sealed || SEALED_KINDS.contains(kind)) && !kind.equals("Status") ? sealed(object) : open(object);
        }
        if (node instanceof ArrayNode array) {
            ArrayNode clean = JsonNodeFactory.instance.arrayNode();
            array.forEach(element -> clean.add(clean(element, sealed)));
            return clean;
        }
        return node.isTextual() ? JsonNodeFactory.instance.textNode(text(node.asText())) : node;
    }

    private ObjectNode open(ObjectNode object) {
        ObjectNode clean = JsonNodeFactory.instance.objectNode();
        boolean valueIsSecret =
                object.path("name").isTextual() && isSecret(object.path("name").asText());
        object.properties().forEach(entry -> {
            String name = entry.getKey();
            if (name.equals("managedFields")) {
                return;
            }
            boolean gone = valueIsSecret && name.equals("value");
            clean.set(text(name), gone ? JsonNodeFactory.instance.textNode(GONE) : value(name, entry.getValue()));
        });
        return clean;
    }

    private ObjectNode sealed(ObjectNode object) {
        ObjectNode clean = JsonNodeFactory.instance.objectNode();
        object.properties().forEach(entry -> {
            String name = entry.getKey();
            JsonNode value = entry.getValue();
            if (name.equals("metadata")) {
                clean.set(name, clean(value, false));
            } else if (name.equals("items") && value.isArray()) {
                clean.set(name, clean(value, true));
            } else if (PLAIN_IN_SEALED.contains(name) && value.isValueNode()) {
                clean.set(name, clean(value, false));
            } else if (value instanceof ObjectNode fields) {
                clean.set(name, keepOnly(fields, Set.of()));
            } else {
                clean.put(name, GONE);
            }
        });
        return clean;
    }

    private static ObjectNode keepOnly(ObjectNode object, Set<String> names) {
        ObjectNode clean = JsonNodeFactory.instance.objectNode();
        object.properties().forEach(entry -> {
            if (names.contains(entry.getKey()) && entry.getValue().isValueNode()) {
                clean.set(
                        entry.getKey(),
                        JsonNodeFactory.instance.textNode(text(entry.getValue().asText())));
            } else {
                clean.put(text(entry.getKey()), GONE);
            }
        });
        return clean;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }
}
