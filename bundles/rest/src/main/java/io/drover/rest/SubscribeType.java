package io.drover.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.kind.RestType;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The type that stands for {@link Subscriptions} among the others, so that clients find their way there. */
final class SubscribeType implements Store {

    /** It is no resource, so it has none of the fields that these have. */
    static final RestType TYPE = new RestType(
            "subscribe",
            "subscribe",
            List.of("GET"),
            List.of(),
            "",
            "",
            false,
            false,
            RestType.of("subscribe", Subscribe.class).fields(),
            Map.of());

    record Subscribe(List<String> apiVersions, List<String> resourceTypes) {}

    @Override
    public List<ObjectNode> list() {
        throw Refusal.badRequest("this is a WebSocket: ask for the connection to be upgraded");
    }

    @Override
    public Optional<ObjectNode> get(ObjectId id) {
        return Optional.empty();
    }
}
