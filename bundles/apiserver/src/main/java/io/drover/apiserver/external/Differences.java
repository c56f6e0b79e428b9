package io.drover.apiserver.external;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Where two definitions differ, as deep as a reader wants to know. */
final class Differences {

    private Differences() {}

    static void collect(String path, JsonNode before, JsonNode after, Consumer<String> found) {
        if (before.equals(after)) {
            return;
        }
        boolean detailed = before.isContainerNode()
                && after.isContainerNode()
                && before.isArray() == after.isArray()
                && !path.endsWith("openAPIV3Schema")
                && !path.endsWith("additionalPrinterColumns");
        if (!detailed || before.isArray() && before.size() != after.size()) {
            found.accept(path + (before.isMissingNode() ? " added" : after.isMissingNode() ? " removed" : " replaced"));
            return;
        }
        if (before.isArray()) {
            for (int i = 0; i < before.size(); i++) {
                collect(path + "[" + i + "]", before.get(i), after.get(i), found);
            }
            return;
        }
        TreeSet<String> names = new TreeSet<>();
        before.fieldNames().forEachRemaining(names::add);
        after.fieldNames().forEachRemaining(names::add);
        for (String name : names) {
            collect(path.isEmpty() ? name : path + "." + name, before.path(name), after.path(name), found);
        }
    }
}
