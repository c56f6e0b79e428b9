package io.drover.apiserver.cel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** JSON seen as values, each converted by its type only when it is looked at. */
final class JsonView {

    private JsonView() {}

    /** An array. One that is a set, or a map by keys, compares without regard to order and merges when added to. */
    static final class Items extends AbstractList<Object> {
        private final JsonNode array;
        private final Type element;
        private final List<String> keys;
        private final boolean set;

        Items(JsonNode array, Type type) {
            this.array = array;
            this.element = type instanceof Type.ListOf list ? list.element() : Type.DYN;
            Type.Identity identity = type instanceof Type.ListOf list ? list.identity() : Type.Identity.NONE;
            this.keys = identity.keys();
            this.set = identity.set();
        }

        boolean hasKeys() {
            return set || !keys.isEmpty();
        }

        @Override
        public Object get(int index) {
            return Values.of(array.get(index), element);
        }

        @Override
        public int size() {
            return array.size();
        }

        private Object key(Object item) {
            if (set || !(item instanceof Map<?, ?> map)) {
                return item;
            }
            List<Object> key = new ArrayList<>();
            keys.forEach(k -> key.add(map.get(SchemaTypes.escape(k))));
            return key;
        }

        boolean isSameSet(List<?> other) {
            return size() == other.size()
                    && stream().allMatch(item -> other.stream().anyMatch(o -> Values.areEqual(item, o)));
        }

        /** The items of both; of two with the same key, the other's at the first one's place. */
        List<Object> mergedWith(List<?> other) {
            List<Object> merged = new ArrayList<>(this);
            for (Object item : other) {
                int place = -1;
                for (int i = 0; i < merged.size(); i++) {
                    if (Values.areEqual(key(merged.get(i)), key(item))) {
                        place = i;
                    }
                }
                if (place < 0) {
                    merged.add(item);
                } else {
                    merged.set(place, item);
                }
            }
            return merged;
        }
    }

    /** An object. If its fields are known it shows those only, by the names that expressions use. */
    static final class Members extends AbstractMap<Object, Object> {
        private final ObjectNode object;
        private final Type type;

        Members(ObjectNode object, Type type) {
            this.object = object;
            this.type = type;
        }

        @Override
        public Object get(Object key) {
            if (!(key instanceof String name)) {
                return null;
            }
            Type field = field(name);
            JsonNode value = field == null ? null : object.get(isTyped() ? SchemaTypes.unescape(name) : name);
            return value == null ? null : Values.of(value, field);
        }

        @Override
        public boolean containsKey(Object key) {
            return get(key) != null;
        }

        @Override
        public int size() {
            return isTyped() ? entrySet().size() : object.size();
        }

        private boolean isTyped() {
            return type instanceof Type.ObjectOf;
        }

        private Type field(String name) {
            if (type instanceof Type.ObjectOf known) {
                return known.fields().get(name);
            }
            return type instanceof Type.MapOf map ? map.value() : Type.DYN;
        }

        @Override
        public Set<Entry<Object, Object>> entrySet() {
            List<Entry<Object, Object>> entries = new ArrayList<>();
            for (Map.Entry<String, JsonNode> member : object.properties()) {
                String name = isTyped() ? SchemaTypes.escape(member.getKey()) : member.getKey();
                Type field = field(name);
                if (field != null) {
                    entries.add(Map.entry(name, Values.of(member.getValue(), field)));
                }
            }
            return new AbstractSet<>() {
                @Override
                public Iterator<Entry<Object, Object>> iterator() {
                    return entries.iterator();
                }

                @Override
                public int size() {
                    return entries.size();
                }
            };
        }
    }
}
