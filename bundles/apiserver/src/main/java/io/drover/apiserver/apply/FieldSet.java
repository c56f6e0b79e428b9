package io.drover.apiserver.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.request.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A set of paths in objects, as a tree whose edges are path elements in the form of {@code FieldsV1}: {@code f:name}, {@code
 * k:{"key":"value"}}, {@code v:value}. Changed only while it is made.
 */
final class FieldSet {

    private static final String SELF = ".";

    private final Map<String, FieldSet> children = new TreeMap<>();
    private boolean member;

    static FieldSet read(JsonNode fields) {
        FieldSet set = new FieldSet();
        for (Map.Entry<String, JsonNode> child : fields.properties()) {
            if (child.getKey().equals(SELF)) {
                set.member = true;
            } else {
                FieldSet below = read(child.getValue());
                below.member |= child.getValue().isEmpty();
                set.children.put(child.getKey(), below);
            }
        }
        return set;
    }

    ObjectNode write() {
        ObjectNode fields = Json.object();
        if (member && !children.isEmpty()) {
            fields.putObject(SELF);
        }
        children.forEach((element, child) -> fields.set(element, child.write()));
        return fields;
    }

    /** The tree below an element, made if it is not there. */
    FieldSet at(String element) {
        return children.computeIfAbsent(element, e -> new FieldSet());
    }

    /** The tree below an element; an empty one if nothing is there. */
    FieldSet below(String element) {
        FieldSet child = children.get(element);
        return child == null ? new FieldSet() : child;
    }

    Map<String, FieldSet> children() {
        return children;
    }

    void add() {
        member = true;
    }

    boolean isMember() {
        return member;
    }

    boolean isEmpty() {
        return !member && children.values().stream().allMatch(FieldSet::isEmpty);
    }

    /** Without branches in which nothing is. */
    FieldSet pruned() {
        children.values().removeIf(child -> child.pruned().isEmpty());
        return this;
    }

    FieldSet union(FieldSet other) {
        FieldSet result = new FieldSet();
        result.member = member || other.member;
        children.forEach((element, child) -> result.children.put(element, child.union(other.below(element))));
        other.children.forEach((element, child) -> {
            if (!children.containsKey(element)) {
                result.children.put(element, child);
            }
        });
        return result;
    }

    FieldSet minus(FieldSet other) {
        FieldSet result = new FieldSet();
        result.member = member && !other.member;
        children.forEach((element, child) -> result.keep(element, child.minus(other.below(element))));
        return result;
    }

    FieldSet and(FieldSet other) {
        FieldSet result = new FieldSet();
        result.member = member && other.member;
        children.forEach((element, child) -> result.keep(element, child.and(other.below(element))));
        return result;
    }

    private void keep(String element, FieldSet child) {
        if (!child.isEmpty()) {
            children.put(element, child);
        }
    }

    /** Without what is at or below an element. */
    FieldSet without(String element) {
        FieldSet result = new FieldSet();
        result.member = member;
        result.children.putAll(children);
        result.children.remove(element);
        return result;
    }

    /** Every path, as conflicts name them: {@code .spec.rules[name="a"].verbs}. */
    List<String> paths() {
        List<String> paths = new ArrayList<>();
        collect("", paths);
        return paths;
    }

    /** At each level what belongs to the set itself, and then what is below. */
    private void collect(String path, List<String> paths) {
        children.forEach((element, child) -> {
            if (child.member) {
                paths.add(path + shown(element));
            }
        });
        children.forEach((element, child) -> child.collect(path + shown(element), paths));
    }

    static String shown(String element) {
        String value = element.substring(2);
        if (element.startsWith("f:")) {
            return "." + value;
        }
        if (element.startsWith("v:")) {
            return "[=" + value + "]";
        }
        List<String> keys = new ArrayList<>();
        Json.parse(value.getBytes(java.nio.charset.StandardCharsets.UTF_8), false)
                .properties()
                .forEach(k -> keys.add(k.getKey() + "=" + k.getValue()));
        return "[" + String.join(",", keys) + "]";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FieldSet set && member == set.member && children.equals(set.children);
    }

    @Override
    public int hashCode() {
        return children.hashCode() * 2 + (member ? 1 : 0);
    }

    @Override
    public String toString() {
        return write().toString();
    }
}
