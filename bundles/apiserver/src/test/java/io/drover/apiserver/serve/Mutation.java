package io.drover.apiserver.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.request.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Makes inputs that are nearly right: from a right one, by changing its tree or its text here and there. */
final class Mutation {

    private static final List<String> NASTY = List.of(
            "",
            "/",
            "~",
            "~1~0~2",
            "-1",
            "0",
            "-",
            "99999999999999999999",
            "1e999",
            "true",
            "null",
            "Ä\uD83D\uDE00",
            "\u0000",
            "a".repeat(300),
            "(a+)+$",
            "[",
            "metadata",
            "spec",
            "kubernetes.io/x",
            "self.x",
            "==",
            "!",
            ",",
            "in (",
            "notin ()");

    private final Random random;

    Mutation(Random random) {
        this.random = random;
    }

    String ofJson(String json) {
        JsonNode tree = Json.parse(json.getBytes(StandardCharsets.UTF_8), false);
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            tree = changed(tree);
        }
        String text = tree.toString();
        return random.nextInt(10) == 0 ? ofText(text) : text;
    }

    String ofText(String text) {
        StringBuilder changed = new StringBuilder(text);
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            int at = random.nextInt(changed.length() + 1);
            switch (random.nextInt(4)) {
                case 0 -> changed.insert(at, nasty());
                case 1 -> changed.delete(at, Math.min(changed.length(), at + 1 + random.nextInt(8)));
                case 2 -> changed.insert(at, changed.substring(0, Math.min(changed.length(), 1 + random.nextInt(20))));
                default -> changed.insert(at, (char) random.nextInt(128));
            }
        }
        return changed.toString();
    }

    private String nasty() {
        return NASTY.get(random.nextInt(NASTY.size()));
    }

    private JsonNode changed(JsonNode node) {
        boolean here = !node.isContainerNode() || node.isEmpty() || random.nextInt(6) == 0;
        if (here) {
            return value(2);
        }
        if (node instanceof ObjectNode object) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            String name = names.get(random.nextInt(names.size()));
            switch (random.nextInt(8)) {
                case 0 -> object.remove(name);
                case 1 -> object.set(nasty(), object.get(name));
                case 2 -> object.set(
                        name,
                        object.get(names.get(random.nextInt(names.size()))).deepCopy());
                default -> object.set(name, changed(object.get(name)));
            }
            return object;
        }
        ArrayNode array = (ArrayNode) node;
        int at = random.nextInt(array.size());
        switch (random.nextInt(5)) {
            case 0 -> array.remove(at);
            case 1 -> array.insert(at, array.get(random.nextInt(array.size())).deepCopy());
            default -> array.set(at, changed(array.get(at)));
        }
        return array;
    }

    private JsonNode value(int depth) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        return switch (random.nextInt(depth == 0 ? 6 : 9)) {
            case 0 -> json.nullNode();
            case 1 -> json.booleanNode(random.nextBoolean());
            case 2 -> json.numberNode(random.nextLong());
            case 3 -> json.numberNode(random.nextInt(5) - 2);
            case 4 -> json.numberNode(random.nextDouble());
            case 5, 6 -> json.textNode(nasty());
            case 7 -> Json.array().add(value(depth - 1)).add(value(depth - 1));
            default -> {
                ObjectNode object = Json.object();
                object.set(nasty(), value(depth - 1));
                object.set("name", value(depth - 1));
                yield object;
            }
        };
    }

    /** A query string whose parameters were changed. */
    String ofQuery(String query) {
        String[] parts = query.split("&");
        return IntStream.range(0, 1 + random.nextInt(parts.length + 1))
                .mapToObj(i -> parts[random.nextInt(parts.length)])
                .map(part -> random.nextInt(3) == 0 ? changedParameter(part) : part)
                .collect(Collectors.joining("&"));
    }

    private String changedParameter(String part) {
        String[] sides = part.split("=", 2);
        String value = sides.length == 1 ? "" : sides[1];
        String changed =
                random.nextBoolean() ? java.net.URLEncoder.encode(nasty(), StandardCharsets.UTF_8) : ofText(value);
        return sides[0] + "=" + changed;
    }
}
