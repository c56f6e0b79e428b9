package io.drover.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatesTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Clock NOON = Clock.fixed(Instant.parse("2026-01-01T12:00:00Z"), ZoneOffset.UTC);

    /** Conditions are {@code Type=Status} or {@code Type=Status:message}. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    Ready=True                              | active       | no    |
                    Pending=Unknown                         | pending      | yes   |
                    Provisioned=Unknown:wait Waiting=Unknown| provisioning | yes   | wait
                    Waiting=Unknown:one Ready=False:two     | waiting      | yes   | one
                    Provisioned=False:broken                | provisioning | error | broken
                    Ready=False:gone                        | unavailable  | yes   | gone
                    Ready=Unknown                           | unavailable  | error |
                    DiskPressure=True:full Ready=True       | active       | error | full
                    Updated=True Ready=True                 | active       | no    |
                    """)
    void conditionsMakeTheState(String conditions, String state, String transitioning, String message) {
        ObjectNode stored = JSON.createObjectNode();
        stored.putObject("metadata").put("creationTimestamp", "2026-01-01T11:00:00Z");
        var list = stored.putObject("status").putArray("conditions");
        for (String text : conditions.strip().split(" ")) {
            String[] parts = text.split("[=:]");
            list.addObject()
                    .put("type", parts[0])
                    .put("status", parts[1])
                    .put("message", parts.length > 2 ? parts[2] : "");
        }
        JsonNode shown = shown(stored);
        assertThat(shown.get("state").asText()).isEqualTo(state);
        assertThat(shown.get("transitioning").asText()).isEqualTo(transitioning);
        assertThat(shown.get("transitioningMessage").asText()).isEqualTo(message == null ? "" : message);
    }

    @ParameterizedTest
    @CsvSource({"2026-01-01T11:59:00Z,yes", "2026-01-01T11:50:00Z,error"})
    void whatIsBeingRemovedSaysWhatItWaitsFor(String since, String transitioning) {
        ObjectNode stored = JSON.createObjectNode();
        stored.putObject("metadata")
                .put("deletionTimestamp", since)
                .putArray("finalizers")
                .add("controller.cattle.io/cleanup");

        JsonNode shown = shown(stored);

        assertThat(shown.get("state").asText()).isEqualTo("removing");
        assertThat(shown.get("transitioning").asText()).isEqualTo(transitioning);
        assertThat(shown.get("transitioningMessage").asText()).isEqualTo("waiting on cleanup");
    }

    private static JsonNode shown(ObjectNode stored) {
        ObjectNode shown = JSON.createObjectNode();
        States.show(stored, NOON, shown);
        return shown;
    }
}
