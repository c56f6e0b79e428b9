package io.drover.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.kind.KindJson;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Objects;
import io.drover.api.plane.Resource;
import io.drover.api.plane.Watched;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The objects of a kind in the management plane. */
final class PlaneStore<K extends Record> implements Store {

    private static final ObjectMapper METADATA = new ObjectMapper();

    private final ManagementPlane plane;
    private final Class<K> kind;
    private final Objects<K> objects;

    PlaneStore(ManagementPlane plane, Class<K> kind) {
        this.plane = plane;
        this.kind = kind;
        this.objects = plane.objects(kind);
    }

    @Override
    public List<ObjectNode> list() {
        return objects.list().stream().map(PlaneStore::write).toList();
    }

    @Override
    public Optional<ObjectNode> get(ObjectId id) {
        return objects.get(namespace(id), id.name()).map(PlaneStore::write);
    }

    @Override
    public ObjectNode create(ObjectNode object) {
        return write(objects.create(read(object)));
    }

    @Override
    public ObjectNode update(ObjectId id, UnaryOperator<ObjectNode> change) {
        return write(objects.edit(namespace(id), id.name(), resource -> read(change.apply(write(resource)))));
    }

    @Override
    public void delete(ObjectId id) {
        objects.delete(namespace(id), id.name());
    }

    @Override
    public Optional<Changes> changes() {
        Watched<K> watched = plane.watched(kind);
        return Optional.of(new Changes() {
            @Override
            public int size() {
                return watched.list().size();
            }

            @Override
            public AutoCloseable listen(Listener listener) {
                return watched.listen(new Watched.Listener<>() {
                    @Override
                    public void changed(Optional<Resource<K>> before, Resource<K> after) {
                        listener.told(after.metadata().getUid(), () -> write(after), false);
                    }

                    @Override
                    public void deleted(Resource<K> last) {
                        listener.told(last.metadata().getUid(), () -> write(last), true);
                    }
                });
            }
        });
    }

    static ObjectNode write(Resource<?> resource) {
        ObjectNode object = KindJson.mapper().valueToTree(resource.value());
        object.set("metadata", METADATA.valueToTree(resource.metadata()));
        return object;
    }

    private Resource<K> read(ObjectNode object) {
        try {
            JsonNode metadata = object.path("metadata");
            return new Resource<>(
                    METADATA.treeToValue(metadata, ObjectMeta.class),
                    KindJson.mapper().treeToValue(object, kind));
        } catch (JsonProcessingException e) {
            throw new DroverException(Fault.REJECTED, "The object does not fit its kind: " + e.getOriginalMessage(), e);
        }
    }

    private static String namespace(ObjectId id) {
        return id.namespace().isEmpty() ? null : id.namespace();
    }
}
