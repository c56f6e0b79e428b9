package io.drover.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.auth.AuthProviders;
import io.drover.api.kind.KindJson;
import io.drover.api.model.AuthConfig;
import io.drover.api.plane.ManagementPlane;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The configurations of one type, or of all; secrets leave them before they are stored. */
final class AuthConfigStore implements Store {

    private final PlaneStore<AuthConfig> objects;
    private final AuthProviders providers;
    private final Optional<String> type;

    /** @param type only configurations of this type; empty for all */
    AuthConfigStore(ManagementPlane plane, AuthProviders providers, Optional<String> type) {
        this.objects = new PlaneStore<>(plane, AuthConfig.class);
        this.providers = providers;
        this.type = type;
    }

    @Override
    public List<ObjectNode> list() {
        return objects.list().stream().filter(this::isOurs).toList();
    }

    @Override
    public Optional<ObjectNode> get(ObjectId id) {
        return objects.get(id).filter(this::isOurs);
    }

    private boolean isOurs(ObjectNode stored) {
        return type.isEmpty() || type.get().equals(stored.path("type").asText());
    }

    @Override
    public ObjectNode create(ObjectNode object) {
        throw Refusal.methodNotSupported("POST");
    }

    @Override
    public ObjectNode update(ObjectId id, UnaryOperator<ObjectNode> change) {
        return objects.update(id, stored -> {
            ObjectNode changed = change.apply(stored);
            Map<String, Object> settings = settings(changed);
            boolean enabled = changed.path("enabled").asBoolean();
            if (type.isPresent() || enabled && !id.name().equals("local")) {
                providers
                        .seal(id.name(), settings, enabled)
                        .forEach((name, value) ->
                                changed.set(name, KindJson.mapper().valueToTree(value)));
            }
            return changed;
        });
    }

    @Override
    public void delete(ObjectId id) {
        throw Refusal.methodNotSupported("DELETE");
    }

    /** Told by the store of all alone, or those of one type would be told twice. */
    @Override
    public Optional<Changes> changes() {
        return type.isEmpty() ? objects.changes() : Optional.empty();
    }

    /** What the plugin's record describes, of a configuration in its stored form. */
    static Map<String, Object> settings(ObjectNode stored) {
        return KindJson.mapper().convertValue(stored, AuthConfig.class).settings();
    }
}
