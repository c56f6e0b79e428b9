package io.drover.rest;

import jakarta.ws.rs.WebApplicationException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** The types that are served now, found by their id or plural in any case. Any thread. */
final class Types {

    private final Map<String, ServedType> byId = new ConcurrentSkipListMap<>();

    /** @return false if there is a type of that id already, which stays */
    boolean addNew(ServedType type) {
        return byId.putIfAbsent(type.id(), type) == null;
    }

    void put(ServedType type) {
        byId.put(type.id(), type);
    }

    void remove(String id) {
        byId.remove(id);
    }

    Collection<ServedType> all() {
        return byId.values();
    }

    Optional<ServedType> find(String idOrPlural) {
        return all().stream()
                .filter(type -> type.id().equalsIgnoreCase(idOrPlural)
                        || type.type().plural().equalsIgnoreCase(idOrPlural))
                .findFirst();
    }

    /** @throws jakarta.ws.rs.WebApplicationException 404 */
    ServedType require(String idOrPlural) {
        return find(idOrPlural).orElseThrow(() -> unknown(idOrPlural));
    }

    static WebApplicationException unknown(String name) {
        return Refusal.notFound("failed to find schema " + (name.length() > 100 ? "that long" : name));
    }

    /** The types with a field that refers to {@code type}, each with the name of the field. */
    List<Map.Entry<ServedType, String>> referringTo(ServedType type) {
        String reference = "reference[" + type.id() + "]";
        return all().stream()
                .flatMap(other -> other.type().fields().values().stream()
                        .filter(field -> field.type().equals(reference))
                        .map(field -> Map.entry(other, field.name())))
                .toList();
    }

    /** The one type of that id, which the core always serves. */
    ServedType own(String id) {
        return Optional.ofNullable(byId.get(id)).orElseThrow(() -> new IllegalStateException("No type " + id));
    }

    static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
