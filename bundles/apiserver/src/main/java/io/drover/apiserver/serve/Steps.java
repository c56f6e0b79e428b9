package io.drover.apiserver.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.auth.Caller;
import io.drover.apiserver.kind.ResourceType;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.store.Author;
import io.drover.apiserver.store.Store;
import io.drover.apiserver.store.Stored;
import io.drover.apiserver.store.Write;
import io.drover.apiserver.store.WriteFailure;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Housekeeping's own writes: each waits until it is made. */
final class Steps {

    private static final long PATIENCE_SECONDS = 30;
    private static final Author AUTHOR = new Author(Caller.SYSTEM.userId(), "", "housekeeping");

    private final Store store;
    private final Deleting deleting;

    Steps(Store store, Deleting deleting) {
        this.store = store;
        this.deleting = deleting;
    }

    /** Changes the newest version; nothing is written when nothing changed or the object is gone. */
    void edit(String key, Consumer<ObjectNode> change) throws InterruptedException {
        while (true) {
            Optional<Stored> stored = store.now().get(key);
            if (stored.isEmpty()) {
                return;
            }
            ObjectNode before = Json.read(stored.get().json());
            ObjectNode after = before.deepCopy();
            change.accept(after);
            if (after.equals(before)) {
                return;
            }
            boolean finished = Metadata.isDeleting(after)
                    && after.at("/metadata/finalizers").isEmpty()
                    && after.at("/spec/finalizers").isEmpty();
            Write write =
                    finished ? Write.remove(stored.get(), after, AUTHOR) : Write.replace(stored.get(), after, AUTHOR);
            try {
                await(store.write(write));
                return;
            } catch (ExecutionException e) {
                if (Changing.reason(e.getCause()) != WriteFailure.Reason.STALE) {
                    throw Changing.refusal(e.getCause());
                }
            }
        }
    }

    void delete(ResourceType type, String key) throws InterruptedException {
        try {
            await(deleting.delete(type, key, AUTHOR));
        } catch (ExecutionException e) {
            throw Changing.refusal(e.getCause());
        }
    }

    private static void await(CompletableFuture<?> future) throws InterruptedException, ExecutionException {
        try {
            future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException("the store did not answer within " + PATIENCE_SECONDS + " s", e);
        }
    }
}
