package io.drover.controllers.engine;

import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Resource;
import io.drover.api.plane.Watched;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Waits for what is to be seen in the management plane. */
public final class Await {

    private static final long SECONDS = 20;

    private Await() {}

    /** The first version of any object of the kind, from now or already there, that is as wanted. */
    public static <K extends Record> Resource<K> seen(
            ManagementPlane plane, Class<K> kind, Predicate<Resource<K>> wanted) throws Exception {
        return seen(plane, kind, wanted, () -> {});
    }

    /** The same for what may be seen only shortly after {@code cause} has run. */
    public static <K extends Record> Resource<K> seen(
            ManagementPlane plane, Class<K> kind, Predicate<Resource<K>> wanted, Runnable cause) throws Exception {
        CompletableFuture<Resource<K>> found = new CompletableFuture<>();
        try (AutoCloseable ignored = plane.watched(kind).listen(new Watched.Listener<>() {
            @Override
            public void changed(Optional<Resource<K>> before, Resource<K> after) {
                if (wanted.test(after)) {
                    found.complete(after);
                }
            }

            @Override
            public void deleted(Resource<K> last) {}
        })) {
            cause.run();
            return found.get(SECONDS, TimeUnit.SECONDS);
        }
    }

    /** Returns once the object is gone. */
    public static <K extends Record> void gone(ManagementPlane plane, Class<K> kind, String namespace, String name)
            throws Exception {
        CompletableFuture<Void> gone = new CompletableFuture<>();
        try (AutoCloseable ignored = plane.watched(kind).listen(new Watched.Listener<>() {
            @Override
            public void changed(Optional<Resource<K>> before, Resource<K> after) {}

            @Override
            public void deleted(Resource<K> last) {
                if (last.name().equals(name) && last.namespace().equals(Optional.ofNullable(namespace))) {
                    gone.complete(null);
                }
            }
        })) {
            if (plane.objects(kind).get(namespace, name).isPresent()) {
                gone.get(SECONDS, TimeUnit.SECONDS);
            }
        }
    }
}
