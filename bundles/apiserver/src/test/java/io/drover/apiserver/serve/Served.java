package io.drover.apiserver.serve;

import com.fasterxml.jackson.databind.JsonNode;
import io.drover.api.auth.Caller;
import io.drover.api.plane.PlaneServer.Call;
import io.drover.api.plane.PlaneServer.Reply;
import io.drover.apiserver.kind.Kinds;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.request.Request;
import io.drover.apiserver.store.Store;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;

/** Lists and watches of a store as the server answers them, on whatever threads and in whatever time it is given. */
public final class Served {

    private static final Kinds KINDS = new Kinds();

    private final Store store;
    private final Reading reading;

    public Served(Store store) {
        this.store = store;
        this.reading = new Reading(store);
    }

    public JsonNode list(String path) {
        Request request = request(path, "");
        Answer answer = reading.list(request, route(request));
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        answer.parts().forEachRemaining(part -> body.write(part.array(), part.position(), part.remaining()));
        return Json.parse(body.toByteArray(), false);
    }

    /** Begins the answer. */
    public void watch(
            String path,
            String query,
            ScheduledExecutorService threads,
            LongSupplier nanoTime,
            Random random,
            Reply reply) {
        Request request = request(path, query);
        new Watching(store, threads, threads, nanoTime, random).start(request, route(request), reply);
    }

    private static Request request(String path, String query) {
        return new Request(new Call("GET", path, query, Map.of(), ByteBuffer.allocate(0), Caller.SYSTEM, ""));
    }

    private static Route route(Request request) {
        return Route.of(request, KINDS).orElseThrow();
    }
}
