package io.drover.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.kind.RestField;
import io.drover.api.kind.RestType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A collection: of all resources that a caller may see, those that the query asks for, sorted and cut into pages. */
final class Listing {

    static final int DEFAULT_LIMIT = 1000;
    private static final int MAX_LIMIT = 10_000;

    private final Call call;
    private final RestType type;
    private final String url;
    private final Map<String, List<String>> query;

    /** @param url of the collection */
    Listing(Call call, RestType type, String url) {
        this.call = call;
        this.type = type;
        this.url = url;
        this.query = call.query();
    }

    ObjectNode sorted(List<ObjectNode> resources) {
        List<ObjectNode> sorted = new ArrayList<>(resources);
        sorted.sort(order());
        return inOrder(sorted);
    }

    /** As {@link #sorted}, for resources whose order says something. */
    ObjectNode inOrder(List<ObjectNode> resources) {
        ObjectNode collection = JsonNodeFactory.instance.objectNode();
        collection.put("type", "collection");
        collection.put("resourceType", type.id());
        collection.putObject("links").put("self", url);
        collection.putObject(call.actionsKey());
        List<ObjectNode> found = resources.stream().filter(this::asked).toList();
        ArrayNode data = collection.arrayNode();
        collection.set("pagination", page(found, data));
        collection.set("sort", sort());
        collection.set("filters", filters());
        collection.set("data", data);
        return collection;
    }

    // --- filters

    /** Whether the query's filters let it pass. */
    boolean asked(ObjectNode resource) {
        for (Map.Entry<String, List<String>> parameter : query.entrySet()) {
            Filter filter = filter(parameter.getKey());
            if (filter != null && !parameter.getValue().isEmpty() && !filter.passes(resource, parameter.getValue())) {
                return false;
            }
        }
        return true;
    }

    /** What a query parameter filters by, or null if it is none: clients send many that are not and rely on being ignored. */
    private Filter filter(String parameter) {
        if (type.filters().containsKey(parameter)) {
            return new Filter(parameter, "eq", defaultText(parameter));
        }
        int underscore = parameter.lastIndexOf('_');
        if (underscore < 0) {
            return null;
        }
        String field = parameter.substring(0, underscore);
        String modifier = parameter.substring(underscore + 1);
        return type.filters().getOrDefault(field, List.of()).contains(modifier)
                ? new Filter(field, modifier, defaultText(field))
                : null;
    }

    private String defaultText(String field) {
        return type.field(field)
                .flatMap(RestField::defaultValue)
                .map(JsonNode::asText)
                .orElse("");
    }

    private record Filter(String field, String modifier, String absent) {

        boolean passes(ObjectNode resource, List<String> values) {
            JsonNode node = resource.get(field);
            String value = node == null || node.isNull() ? absent : node.asText();
            return switch (modifier) {
                case "eq" -> value.equals(values.get(0));
                case "ne" -> !value.equals(values.get(0));
                case "in" -> values.contains(value);
                default -> !values.contains(value);
            };
        }
    }

    private ObjectNode filters() {
        ObjectNode filters = JsonNodeFactory.instance.objectNode();
        new TreeMap<>(type.filters()).keySet().forEach(filters::putNull);
        query.forEach((parameter, values) -> {
            Filter filter = filter(parameter);
            if (filter != null && !values.isEmpty()) {
                ArrayNode ofField =
                        filters.get(filter.field()) instanceof ArrayNode some ? some : filters.putArray(filter.field());
                ObjectNode used = ofField.addObject().put("modifier", filter.modifier());
                if (Set.of("in", "notin").contains(filter.modifier())) {
                    values.forEach(used.putArray("value")::add);
                } else {
                    used.put("value", values.get(0));
                }
            }
        });
        return filters;
    }

    // --- order

    private String sortField() {
        String field = first("sort");
        return type.filters().containsKey(field) ? field : "";
    }

    private boolean descending() {
        return first("order").equals("desc");
    }

    private Comparator<ObjectNode> order() {
        String field = sortField();
        Comparator<ObjectNode> byId = Comparator.comparing(Listing::id);
        Comparator<ObjectNode> order = field.isEmpty()
                ? byId
                : Comparator.<ObjectNode>comparingLong(
                                r -> r.path(field).isNumber() ? r.path(field).asLong() : 0)
                        .thenComparing(r -> r.path(field).asText(""))
                        .thenComparing(byId);
        return descending() ? order.reversed() : order;
    }

    private ObjectNode sort() {
        ObjectNode sort = JsonNodeFactory.instance.objectNode();
        if (!sortField().isEmpty()) {
            sort.put("name", sortField());
        }
        sort.put("order", descending() ? "desc" : "asc");
        sort.put("reverse", link(Map.of("order", descending() ? "asc" : "desc"), "marker"));
        ObjectNode links = sort.putObject("links");
        type.filters().keySet().stream().sorted().forEach(field -> {
            String fieldType = type.fields().get(field).type();
            if (fieldType.equals("string") || fieldType.equals("enum")) {
                links.put(field, link(Map.of("sort", field), "marker", "order"));
            }
        });
        return sort;
    }

    // --- pages

    private ObjectNode page(List<ObjectNode> found, ArrayNode data) {
        int limit = limit();
        int from = indexOf(found, first("marker"));
        int to = Math.min(found.size(), from + limit);
        found.subList(from, to).forEach(data::add);
        ObjectNode page = JsonNodeFactory.instance.objectNode();
        page.put("limit", limit).put("total", found.size());
        if (!first("marker").isEmpty()) {
            page.put("marker", first("marker"));
        }
        if (data.size() < found.size()) {
            page.put("partial", true);
            page.put("first", linkTo(found.get(0)));
            if (from > 0) {
                page.put("previous", linkTo(found.get(Math.max(0, from - limit))));
            }
            if (to < found.size()) {
                page.put("next", linkTo(found.get(to)));
            }
            page.put("last", linkTo(found.get((found.size() - 1) / limit * limit)));
        }
        return page;
    }

    private int limit() {
        try {
            int limit = Integer.parseInt(first("limit"));
            return limit == -1 || limit > MAX_LIMIT ? MAX_LIMIT : limit > 0 ? limit : DEFAULT_LIMIT;
        } catch (NumberFormatException none) {
            return DEFAULT_LIMIT;
        }
    }

    private static int indexOf(List<ObjectNode> found, String marker) {
        for (int i = 0; i < found.size(); i++) {
            if (id(found.get(i)).equals(marker)) {
                return i;
            }
        }
        return 0;
    }

    private String linkTo(ObjectNode firstOfPage) {
        return link(Map.of("marker", id(firstOfPage)));
    }

    // --- links

    /** This collection with other parameters: those of the query, sorted, with {@code changed} in and {@code dropped} out. */
    private String link(Map<String, String> changed, String... dropped) {
        Map<String, List<String>> parameters = new TreeMap<>(query);
        for (String name : dropped) {
            parameters.remove(name);
        }
        changed.forEach((name, value) -> parameters.put(name, List.of(value)));
        List<String> pairs = new ArrayList<>();
        parameters.forEach(
                (name, values) -> values.forEach(value -> pairs.add(Urls.encoded(name) + "=" + Urls.encoded(value))));
        return url + "?" + String.join("&", pairs);
    }

    private String first(String parameter) {
        List<String> values = query.get(parameter);
        return values == null || values.isEmpty() ? "" : values.get(0);
    }

    private static String id(ObjectNode resource) {
        return resource.path("id").asText();
    }
}
