package io.drover.api.kind;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.drover.api.model.Condition;
import io.drover.api.model.Setting;
import org.junit.jupiter.api.Test;

class KindJsonTest {

    @Test
    void writesNothingButTheComponentsOfARecord() {
        JsonNode stored = KindJson.mapper().valueToTree(Condition.yes("Ready"));
        assertThat(stored.fieldNames()).toIterable().containsExactlyInAnyOrder("type", "status");
    }

    @Test
    void writesFieldsByTheirStoredNames() throws Exception {
        Setting setting = KindJson.mapper().readValue("{\"value\":\"a\",\"default\":\"b\",\"later\":1}", Setting.class);
        assertThat(setting.defaultValue()).isEqualTo("b");
        JsonNode stored = KindJson.mapper().valueToTree(setting);
        assertThat(stored.fieldNames()).toIterable().containsExactlyInAnyOrder("value", "default");
    }
}
