package io.drover.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.auth.Caller;
import io.drover.api.auth.SignIns;
import io.drover.api.auth.SignIns.IssuedToken;
import io.drover.api.auth.SignIns.TokenRequest;
import io.drover.api.model.Token;
import io.drover.api.plane.ManagementPlane;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Tokens are issued, never written by hand. What was issued is told once, in a field that is not stored. */
final class TokenStore implements Store {

    /** Beside the fields of a token that was just made: its value. */
    static final String ISSUED = "issued";

    /** Beside the fields of a token that is wanted: name of the one that it is asked for with. */
    static final String ASKED_WITH = "askedWith";

    private final Store tokens;
    private final SignIns signIns;

    TokenStore(ManagementPlane plane, SignIns signIns) {
        this.tokens = new PlaneStore<>(plane, Token.class);
        this.signIns = signIns;
    }

    @Override
    public List<ObjectNode> list() {
        return tokens.list();
    }

    @Override
    public Optional<ObjectNode> get(ObjectId id) {
        return tokens.get(id);
    }

    @Override
    public ObjectNode create(ObjectNode wanted) {
        Caller caller = new Caller(
                wanted.path("userId").asText(),
                List.of(),
                Map.of(),
                Optional.of(wanted.path(ASKED_WITH).asText("")).filter(name -> !name.isEmpty()));
        return write(signIns.issue(
                caller,
                new TokenRequest(
                        "",
                        wanted.path("description").asText(""),
                        Duration.ofMillis(Math.max(0, wanted.path("ttl").asLong())),
                        wanted.path("clusterName").asText(""),
                        true)));
    }

    static ObjectNode write(IssuedToken issued) {
        return PlaneStore.write(issued.token()).put(ISSUED, issued.value());
    }

    @Override
    public ObjectNode update(ObjectId id, UnaryOperator<ObjectNode> change) {
        throw Refusal.notFound("no store found");
    }

    @Override
    public void delete(ObjectId id) {
        tokens.delete(id);
    }

    @Override
    public Optional<Changes> changes() {
        return tokens.changes();
    }
}
