package io.drover.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.kind.Rest;
import io.drover.api.kind.RestType;
import java.util.List;
import java.util.Optional;

/** The type that stands for {@link Subscriptions} among the others, so that clients find their way there. */
final class SubscribeType implements Store {

    static final RestType TYPE = RestType.of(Subscribe.class);

    @Rest(
            type = "subscribe",
            plural = "subscribe",
            collectionMethods = "GET",
            resourceMethods = {})
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
