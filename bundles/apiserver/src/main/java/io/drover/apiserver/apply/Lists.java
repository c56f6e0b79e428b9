package io.drover.apiserver.apply;

import com.fasterxml.jackson.databind.JsonNode;
import io.drover.apiserver.schema.Schema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What makes it impossible to tell the items of a list apart by their keys or values. */
public final class Lists {

    private Lists() {}

    /** All that is wrong with the lists in a value, as who applies it is told. */
    public static List<String> faults(JsonNode value, Schema schema) {
        List<String> faults = new ArrayList<>();
        find(value, schema, "", faults);
        return faults;
    }

    private static void find(JsonNode value, Schema schema, String path, List<String> faults) {
        if (schema == null || value.isValueNode() || Typed.isAtomic(value, schema)) {
            return;
        }
        if (value.isObject()) {
            value.properties()
                    .forEach(field -> find(
                            field.getValue(),
                            schema.property(field.getKey()).orElse(null),
                            path + "." + field.getKey(),
                            faults));
            return;
        }
        Set<String> seen = new HashSet<>();
        int i = 0;
        for (JsonNode item : value) {
            String element = Typed.element(item, schema);
            if (element.equals("k:{}")) {
                faults.add(path + ": element " + i
                        + ": associative list with keys has an element that omits all key fields ["
                        + schema.listKeys().stream().map(k -> '"' + k + '"').collect(Collectors.joining(" "))
                        + "] (and doesn't have default values for any key fields)");
            } else if (!seen.add(element)) {
                faults.add(path + ": duplicate entries for key " + FieldSet.shown(element));
            }
            find(item, schema.items().orElse(null), path + FieldSet.shown(element), faults);
            i++;
        }
    }
}
