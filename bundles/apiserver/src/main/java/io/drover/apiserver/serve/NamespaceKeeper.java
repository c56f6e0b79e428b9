package io.drover.apiserver.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.kind.Kinds;
import io.drover.apiserver.kind.ResourceType;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.store.Snapshot;
import io.drover.apiserver.store.Store;
import io.drover.apiserver.store.Stored;
import java.util.Iterator;

/** Empties a namespace whose deletion was asked for, and then lets it go. */
final class NamespaceKeeper implements Housekeeping.Keeper {

    private final Store store;
    private final Kinds kinds;
    private final Steps steps;

    NamespaceKeeper(Store store, Kinds kinds, Steps steps) {
        this.store = store;
        this.kinds = kinds;
        this.steps = steps;
    }

    @Override
    public boolean look(Stored namespace) throws InterruptedException {
        if (!namespace.deleting()) {
            return true;
        }
        String name = namespace.key().substring(namespace.key().lastIndexOf('/') + 1);
        boolean empty = true;
        for (ResourceType type : kinds.stored()) {
            if (type.namespaced()) {
                empty &= isEmptied(type, name);
            }
        }
        if (empty) {
            steps.edit(namespace.key(), NamespaceKeeper::release);
        }
        return empty;
    }

    private boolean isEmptied(ResourceType type, String namespace) throws InterruptedException {
        Snapshot snapshot = store.now();
        boolean empty = true;
        for (Iterator<Stored> objects = snapshot.below(type.prefix(namespace)); objects.hasNext(); ) {
            Stored object = objects.next();
            empty = false;
            if (!object.deleting()) {
                steps.delete(type, object.key());
            }
        }
        return empty || !store.now().below(type.prefix(namespace)).hasNext();
    }

    private static void release(ObjectNode namespace) {
        Json.child(namespace, "spec").remove("finalizers");
    }
}
