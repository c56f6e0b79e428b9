package io.drover.apiserver.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.request.Json;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonDiffTest {

    @Test
    void aDifferenceAppliedToTheOneMakesTheOther() {
        Random random = new Random(11);
        for (int i = 0; i < 3_000; i++) {
            ObjectNode before = object(random, 3);
            ObjectNode after = random.nextInt(4) == 0 ? object(random, 3) : changed(before, random);
            ArrayNode patch = JsonDiff.between(before, after);

            assertThat((JsonNode) Patching.json(before.deepCopy(), patch)).isEqualTo(after);
            assertThat(JsonDiff.between(after, after)).isEmpty();
        }
    }

    private static ObjectNode changed(ObjectNode object, Random random) {
        ObjectNode copy = object.deepCopy();
        copy.setAll(object(random, 2));
        return copy;
    }

    private static ObjectNode object(Random random, int depth) {
        ObjectNode object = Json.object();
        for (int i = random.nextInt(5); i > 0; i--) {
            object.set("a/b~c".substring(random.nextInt(5)) + random.nextInt(3), value(random, depth - 1));
        }
        return object;
    }

    private static JsonNode value(Random random, int depth) {
        if (depth > 0 && random.nextBoolean()) {
            return object(random, depth);
        }
        if (depth > 0 && random.nextBoolean()) {
            ArrayNode array = Json.array();
            for (int i = random.nextInt(6); i > 0; i--) {
                array.add(value(random, depth - 1));
            }
            return array;
        }
        return Json.object().numberNode(random.nextInt(3));
    }
}
