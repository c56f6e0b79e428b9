package io.drover.api.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.drover.api.auth.Caller;
import io.drover.api.auth.Decision;
import java.util.function.Supplier;

/** A request that has an id and no record. */
record UnrecordedCall(String id) implements AuditedCall {

    @Override
    public void caller(Caller caller) {}

    @Override
    public void actingAs(Caller caller) {}

    @Override
    public void decided(Decision decision) {}

    @Override
    public void signsIn(String provider, String loginName) {}

    @Override
    public void cluster(String clusterId) {}

    @Override
    public void changed(Supplier<JsonNode> before, Supplier<JsonNode> after) {}

    @Override
    public boolean wantsRequestBody() {
        return false;
    }

    @Override
    public boolean wantsResponseBody() {
        return false;
    }

    @Override
    public void requestBody(Body body) {}

    @Override
    public void responseBody(Body body) {}

    @Override
    public void started(int status) {}

    @Override
    public void ended(int status) {}
}
