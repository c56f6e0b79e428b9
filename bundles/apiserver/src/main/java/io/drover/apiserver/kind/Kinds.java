package io.drover.apiserver.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All resource types that are served now. Immutable but for being replaced as a whole. */
public final class Kinds {

    private record Table(Map<String, Map<String, ResourceType>> byGroupVersion, long generation) {}

    /** @param since revision of the definition when these versions came */
    private record Installed(JsonNode versions, long since) {}

    private final Map<String, List<ResourceType>> custom = new TreeMap<>();
    private final Map<String, Installed> installed = new HashMap<>();
    private volatile Table table = table();
    private long generation;

    /** @param version {@code v1} or {@code group/v1} */
    public Optional<ResourceType> find(String version, String plural) {
        Map<String, ResourceType> types = table.byGroupVersion.get(version);
        return types == null ? Optional.empty() : Optional.ofNullable(types.get(plural));
    }

    /** Types of one group version, in the order of their names; empty if it isn't served. */
    public Collection<ResourceType> in(String groupVersion) {
        Map<String, ResourceType> types = table.byGroupVersion.get(groupVersion);
        return types == null ? List.of() : types.values();
    }

    /** All group versions: the core's first, then groups by name, each with its newest version first. */
    public Collection<String> groupVersions() {
        return table.byGroupVersion.keySet();
    }

    /** Each stored resource once. */
    public Collection<ResourceType> stored() {
        Map<String, ResourceType> byTopic = new LinkedHashMap<>();
        for (Map<String, ResourceType> types : table.byGroupVersion.values()) {
            for (ResourceType type : types.values()) {
                if (type.verbs().contains("list")) {
                    byTopic.putIfAbsent(type.topic(), type);
                }
            }
        }
        return byTopic.values();
    }

    /** Changes whenever any type does. */
    public long generation() {
        return table.generation;
    }

    /** Serves what a definition describes from now on; its names must have been accepted. */
    public synchronized void install(ObjectNode definition) {
        String name = definition.at("/metadata/name").asText();
        JsonNode versions = definition.at("/spec/versions");
        Installed before = installed.get(name);
        boolean same = before != null && before.versions().equals(versions);
        long since = same
                ? before.since()
                : definition.at("/metadata/resourceVersion").asLong();
        installed.put(name, new Installed(versions.deepCopy(), since));
        custom.put(name, Definitions.types(definition, since));
        table = table();
    }

    public synchronized void withdraw(String definitionName) {
        installed.remove(definitionName);
        if (custom.remove(definitionName) != null) {
            table = table();
        }
    }

    private Table table() {
        List<ResourceType> all = new ArrayList<>(BuiltIns.all());
        custom.values().forEach(all::addAll);
        all.sort(Comparator.comparing(ResourceType::group)
                .thenComparing(ResourceType::version, Kinds::newestFirst)
                .thenComparing(ResourceType::plural));
        Map<String, Map<String, ResourceType>> byGroupVersion = new LinkedHashMap<>();
        for (ResourceType type : all) {
            byGroupVersion
                    .computeIfAbsent(type.apiVersion(), v -> new LinkedHashMap<>())
                    .put(type.plural(), type);
        }
        return new Table(byGroupVersion, ++generation);
    }

    /** Stable versions before beta before alpha, each highest first. */
    static int newestFirst(String a, String b) {
        return Version.of(b).compareTo(Version.of(a));
    }

    private record Version(int stability, int major, int minor, String text) implements Comparable<Version> {
        private static final java.util.regex.Pattern FORM =
                java.util.regex.Pattern.compile("v(\\d{1,8})(?:(alpha|beta)(\\d{1,8}))?");

        static Version of(String text) {
            var match = FORM.matcher(text);
            if (!match.matches()) {
                return new Version(0, 0, 0, text);
            }
            int stability = match.group(2) == null ? 3 : match.group(2).equals("beta") ? 2 : 1;
            int minor = match.group(3) == null ? 0 : Integer.parseInt(match.group(3));
            return new Version(stability, Integer.parseInt(match.group(1)), minor, text);
        }

        @Override
        public int compareTo(Version other) {
            return Comparator.comparingInt(Version::stability)
                    .thenComparingInt(Version::major)
                    .thenComparingInt(Version::minor)
                    .thenComparing(Comparator.comparing(Version::text).reversed())
                    .compare(this, other);
        }
    }
}
