package io.drover.apiserver.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.request.Refusal.Cause;
import io.drover.apiserver.schema.Schema;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A resource in one version of its group, as it is served.
 *
 * @param topic what its keys start with: {@code /group/resource/}; the same for all versions, and for resources of two groups that are
 *     two faces of one
 * @param storedAs {@code apiVersion} of stored objects
 * @param verbs in the order in which discovery lists them
 * @param schema of the whole object, its metadata included
 * @param custom whether a custom resource definition brings it
 * @param warning what everybody is told who uses it; a deprecated version's
 * @param settledSince from which revision on stored objects have all of the schema's defaults
 */
public record ResourceType(
        String group,
        String version,
        String plural,
        String singular,
        String kind,
        String listKind,
        boolean namespaced,
        List<String> shortNames,
        List<String> categories,
        List<String> verbs,
        boolean statusSubresource,
        Schema schema,
        List<Column> columns,
        List<String> selectableFields,
        String topic,
        String storedAs,
        Rules rules,
        boolean custom,
        Optional<Scale> scale,
        Optional<String> warning,
        long settledSince) {

    public static final List<String> ALL_VERBS =
            List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");

    /** Of custom resources, in the order that clients know. */
    static final List<String> CUSTOM_VERBS =
            List.of("delete", "deletecollection", "get", "list", "patch", "create", "update", "watch");

    /**
     * Where the subresource {@code scale} reads and writes.
     *
     * @param selector null = nowhere
     */
    public record Scale(JsonPath replicas, JsonPath current, JsonPath selector) {}

    /**
     * A column of a table.
     *
     * @param cell what stands in it for an object; null = nothing
     */
    public record Column(
            String name,
            String type,
            String format,
            String description,
            int priority,
            Function<ObjectNode, JsonNode> cell) {}

    /** What is particular to a kind beyond its schema. All methods may change {@code object}. */
    public interface Rules {
        Rules NONE = new Rules() {};

        /** Fills in what follows from the rest, as the author could have written it. */
        default void normalise(ObjectNode object) {}

        /** Fills in what the server decides. */
        default void prepare(ObjectNode object, ObjectNode before) {}

        /** Adds what is wrong with it. */
        default void validate(ObjectNode object, ObjectNode before, List<Cause> causes) {}

        /** Turns the served form into the stored one. */
        default ObjectNode toStored(ObjectNode object) {
            return object;
        }

        /** Turns the stored form into the served one; only called for a kind that {@link #converts}. */
        default ObjectNode toServed(ObjectNode object) {
            return object;
        }

        default boolean converts() {
            return false;
        }
    }

    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** Whether the server counts the changes of what its users say in {@code metadata.generation}. */
    public boolean countsGenerations() {
        return custom || group.equals("apiextensions.k8s.io") || group.equals("admissionregistration.k8s.io");
    }

    /** As messages name it: {@code clusters.management.cattle.io}. */
    public String qualified() {
        return group.isEmpty() ? plural : plural + "." + group;
    }

    public String key(String namespace, String name) {
        return namespaced ? topic + namespace + "/" + name : topic + name;
    }

    /** What the keys of a namespace's objects start with, of all when {@code namespace} is empty. */
    public String prefix(String namespace) {
        return namespaced && !namespace.isEmpty() ? topic + namespace + "/" : topic;
    }

    /** Whether stored bytes are answered as they are, if they are settled. */
    public boolean servedAsStored() {
        return !rules.converts() && apiVersion().equals(storedAs);
    }

    /** Whether an object that was stored in that revision has all of the schema's defaults. */
    public boolean isSettled(long revision) {
        return revision >= settledSince || !schema.hasDefaults();
    }
}
