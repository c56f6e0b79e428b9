package io.drover.agent.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    @Test
    void objectsListsAndWordsAreRead() {
        Object value = Json.parse(" {\"a\": [1, true, null, {}], \"b\":{\"c\":\"x\\n\\u00e9\\\"\\/\"}, \"d\":[]}\n");

        assertThat(value)
                .isEqualTo(Map.of("a", List.of("1", true, "", Map.of()), "b", Map.of("c", "x\né\"/"), "d", List.of()));
        assertThat(Json.string(value, "b", "c")).contains("x\né\"/");
        assertThat(Json.string(value, "a", "c")).isEmpty();
        assertThat(Json.list(value, "a")).hasSize(4);
    }

    @Test
    void whatIsQuotedIsReadAgain() {
        String odd = "\"\\\n\u0001 é 😀";
        assertThat(Json.parse(Json.quote(odd))).isEqualTo(odd);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{\"a\"}", "[1 2]", "\"x", "{} {}", "hello", "\"\\u12", "\"\\uzzzz\""})
    void otherTextIsRefused(String text) {
        assertThatThrownBy(() -> Json.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void deepNestingIsRefused() {
        assertThatThrownBy(() -> Json.parse("[".repeat(100_000))).hasMessageContaining("deep");
    }
}
