package io.drover.apiserver.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One revision of an object.
 *
 * @param key {@code /group/resource/namespace/name}, without the namespace for objects of cluster scope
 * @param labels what label selectors look at
 * @param owners uids of the objects that it depends on
 * @param deleting whether its deletion was asked for
 * @param json UTF-8, {@code metadata.resourceVersion} included; never changed
 */
public record Stored(
        String key, long revision, Map<String, String> labels, List<String> owners, boolean deleting, byte[] json) {

    private static final JsonFactory JSON = new JsonFactory();
    private static final int MOST_SHARED = 10_000;

    // Many objects have the same labels: told apart by fewer maps, they are selected with far fewer cache misses.
    private static final Map<Map<String, String>, Map<String, String>> SHARED = new ConcurrentHashMap<>();

    /** Reads what is needed of the metadata, and skips the rest without building it. */
    static Stored of(String key, long revision, byte[] json) throws IOException {
        Map<String, String> labels = new HashMap<>();
        List<String> owners = new ArrayList<>(0);
        boolean deleting = false;
        try (JsonParser parser = JSON.createParser(json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean metadata = parser.currentName().equals("metadata");
                if (parser.nextToken() != JsonToken.START_OBJECT || !metadata) {
                    parser.skipChildren();
                    continue;
                }
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String field = parser.currentName();
                    JsonToken value = parser.nextToken();
                    if (field.equals("labels") && value == JsonToken.START_OBJECT) {
                        readLabels(parser, labels);
                    } else if (field.equals("ownerReferences") && value == JsonToken.START_ARRAY) {
                        readOwners(parser, owners);
                    } else {
                        deleting |= field.equals("deletionTimestamp") && value == JsonToken.VALUE_STRING;
                        parser.skipChildren();
                    }
                }
            }
        }
        return new Stored(key, revision, shared(labels), List.copyOf(owners), deleting, json);
    }

    private static Map<String, String> shared(Map<String, String> labels) {
        Map<String, String> known = SHARED.get(labels);
        if (known != null) {
            return known;
        }
        Map<String, String> copy = Map.copyOf(labels);
        if (SHARED.size() < MOST_SHARED) {
            SHARED.put(copy, copy);
        }
        return copy;
    }

    private static void readLabels(JsonParser parser, Map<String, String> labels) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            labels.put(name, parser.getValueAsString(""));
        }
    }

    private static void readOwners(JsonParser parser, List<String> owners) throws IOException {
        while (parser.nextToken() == JsonToken.START_OBJECT) {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean uid = parser.currentName().equals("uid");
                parser.nextToken();
                if (uid) {
                    owners.add(parser.getValueAsString(""));
                }
                parser.skipChildren();
            }
        }
    }
}
