package io.drover.rest;

import io.drover.api.driver.ClusterDriver;
import io.drover.api.kind.RestField;
import io.drover.api.kind.RestType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** The kinds of clusters that can be asked for now, each with the type of its settings. Any thread. */
final class Drivers {

    private final Map<String, RestType> settingsByKind = new ConcurrentSkipListMap<>();

    void add(ClusterDriver<?> driver) {
        settingsByKind.put(driver.kind(), RestType.of(fieldOf(driver.kind()), driver.settingsType()));
    }

    void remove(ClusterDriver<?> driver) {
        settingsByKind.remove(driver.kind());
    }

    /** The field of a cluster that holds the settings for one kind of cluster. */
    static String fieldOf(String kind) {
        return kind + "EngineConfig";
    }

    Map<String, RestType> settingsByKind() {
        return settingsByKind;
    }

    Optional<RestType> settings(String kind) {
        return Optional.ofNullable(settingsByKind.get(kind));
    }

    /** The type of clusters with a field for each driver that is there. */
    RestType extend(RestType cluster) {
        Map<String, RestField> fields = new LinkedHashMap<>(cluster.fields());
        Map<String, RestType> subTypes = new LinkedHashMap<>(cluster.subTypes());
        settingsByKind.values().forEach(settings -> {
            // It has no path: all drivers' settings are stored in one place.
            fields.put(settings.id(), Fields.plain(settings.id(), settings.id(), false));
            subTypes.put(settings.id(), settings);
            subTypes.putAll(settings.subTypes());
        });
        return new RestType(
                cluster.id(),
                cluster.plural(),
                cluster.collectionMethods(),
                cluster.resourceMethods(),
                cluster.idPrefix(),
                cluster.scope(),
                cluster.stateful(),
                cluster.namedByCaller(),
                fields,
                subTypes);
    }
}
