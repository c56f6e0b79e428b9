package io.drover.auth;

import io.drover.api.DroverException;
import io.drover.api.auth.IdentityProvider;
import io.drover.api.auth.IdentityProviderFactory;
import io.drover.api.kind.KindJson;
import io.drover.api.kind.RestField;
import io.drover.api.kind.RestType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The settings of one kind of provider: defaults, secrets apart from the rest, and what they make. */
final class ProviderSettings {

    private static final String NAMESPACE = "cattle-global-data";

    /** The fields that say where secrets are sent. */
    private static final List<String> ADDRESSES = List.of("servers", "hostname", "issuer", "authEndpoint");

    private final IdentityProviderFactory<?> factory;
    private final RestType type;
    private final ProviderSecrets secrets;

    ProviderSettings(IdentityProviderFactory<?> factory, ProviderSecrets secrets) {
        this.factory = factory;
        this.type = RestType.of(factory.configuration());
        this.secrets = secrets;
    }

    /** @throws DroverException {@code REJECTED} with the field that can't be right */
    IdentityProvider open(Map<String, Object> settings) {
        return open(factory, complete(settings));
    }

    private static <C extends Record> IdentityProvider open(
            IdentityProviderFactory<C> factory, Map<String, Object> complete) {
        C configuration;
        try {
            configuration = KindJson.mapper().convertValue(complete, factory.configuration());
        } catch (IllegalArgumentException e) {
            throw DroverException.invalid("InvalidBodyContent", null, "The configuration can't be read");
        }
        return factory.open(configuration);
    }

    private Map<String, Object> complete(Map<String, Object> settings) {
        Map<String, Object> complete = new LinkedHashMap<>();
        for (RestField field : fields()) {
            Object value = settings.get(field.name());
            if (isMissing(value) && field.defaultValue().isPresent()) {
                value = KindJson.mapper().convertValue(field.defaultValue().get(), Object.class);
            }
            if (field.secret() && value instanceof String text) {
                value = clear(field, text);
            }
            if (isMissing(value) && field.required()) {
                throw DroverException.invalid("MissingRequired", field.name(), field.name() + " is missing");
            }
            if (!isMissing(value)) {
                complete.put(field.name(), value);
            }
        }
        return complete;
    }

    /**
     * A secret that was typed for one address is not told to another.
     *
     * @throws DroverException {@code REJECTED} if {@code settings} refer to a stored secret and say another address than {@code stored}
     */
    void checkAddresses(Map<String, Object> stored, Map<String, Object> settings) {
        boolean elsewhere =
                ADDRESSES.stream().anyMatch(field -> !Objects.equals(stored.get(field), settings.get(field)));
        fields().stream()
                .filter(field -> elsewhere && field.secret() && reference(field).equals(settings.get(field.name())))
                .findFirst()
                .ifPresent(field -> {
                    throw DroverException.invalid(
                            "MissingRequired",
                            field.name(),
                            "The address is another than the one " + field.name() + " was given for: send it again");
                });
    }

    /** Stores the secrets that are in clear. */
    Map<String, Object> seal(Map<String, Object> settings) {
        Map<String, Object> sealed = new LinkedHashMap<>(settings);
        for (RestField field : fields()) {
            if (field.secret()
                    && settings.get(field.name()) instanceof String value
                    && !value.isEmpty()
                    && !value.equals(reference(field))) {
                secrets.put(NAMESPACE, secretName(field), key(field), value);
                sealed.put(field.name(), reference(field));
            }
        }
        return sealed;
    }

    private String clear(RestField field, String value) {
        if (!value.equals(reference(field))) {
            return value;
        }
        return secrets.get(NAMESPACE, secretName(field), key(field))
                .orElseThrow(() -> DroverException.unavailable("The secret " + reference(field) + " is not there"));
    }

    private List<RestField> fields() {
        return type.fields().values().stream()
                .filter(field -> field.storedPath().size() == 1)
                .toList();
    }

    private String reference(RestField field) {
        return NAMESPACE + ":" + secretName(field);
    }

    /** {@code openldapconfig-serviceaccountpassword} */
    private String secretName(RestField field) {
        return type.id().toLowerCase(Locale.ROOT) + "-" + key(field);
    }

    private static String key(RestField field) {
        return field.name().toLowerCase(Locale.ROOT);
    }

    private static boolean isMissing(Object value) {
        return value == null
                || value instanceof String text && text.isEmpty()
                || value instanceof List<?> l && l.isEmpty();
    }

    String configType() {
        return type.id();
    }

    static Optional<String> ofPrincipal(String principalId) {
        int end = principalId.indexOf("://");
        return end < 0
                ? Optional.empty()
                : Optional.of(principalId.substring(0, end).replaceFirst("_[a-z]+$", ""));
    }
}
