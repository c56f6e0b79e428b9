package io.drover.apiserver.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.store.Author;
import io.drover.apiserver.store.Stored;
import io.drover.apiserver.store.Write;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Somebody who creates, changes and removes what others bring about: {@code wanted} is his, {@code done} the replicas'. */
final class Client {

    static final int NAMESPACES = 5;
    static final int NAMES = 4;
    static final Author AUTHOR = new Author("somebody", "192.0.2.1", "update");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration THINKS = Duration.ofMillis(800);

    private final Link link;
    private final World.Actor actor;
    private boolean busy = true;
    private long newest;

    Client(Link link) {
        this.link = link;
        this.actor = link.caller();
        goOn();
    }

    void stop() {
        busy = false;
    }

    private void goOn() {
        actor.within(THINKS, this::look);
    }

    private void look() {
        if (!busy) {
            return;
        }
        String namespace = "c-" + actor.random().nextInt(NAMESPACES);
        String name = "o" + actor.random().nextInt(NAMES);
        String key = Follower.TOPIC + namespace + "/" + name;
        link.call(
                machine ->
                        CompletableFuture.completedFuture(machine.store().now().get(key)),
                (found, failure) -> {
                    if (failure != null) {
                        goOn();
                    } else {
                        change(namespace, name, found);
                    }
                });
    }

    private void change(String namespace, String name, Optional<Stored> found) {
        long known = newest;
        Write write = found.map(this::next).orElseGet(() -> create(namespace, name));
        link.call(machine -> machine.write(write), (after, failure) -> {
            if (failure == null) {
                actor.note((write.removal() ? "removed " : "wrote ") + after.key() + " at " + after.revision());
                assertThat(after.revision()).as(actor + ": revision of a write").isGreaterThan(known);
                newest = Math.max(newest, after.revision());
            }
            goOn();
        });
    }

    private Write create(String namespace, String name) {
        ObjectNode object = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "ConfigMap");
        object.putObject("metadata").put("name", name).put("namespace", namespace);
        object.putObject("data").put("wanted", wish());
        return Write.create(Follower.TOPIC + namespace + "/" + name, object, null, AUTHOR);
    }

    private String wish() {
        return Integer.toString(actor.random().nextInt(1_000_000));
    }

    private Write next(Stored before) {
        ObjectNode object = read(before);
        if (actor.random().nextInt(6) == 0) {
            return Write.remove(before, object, AUTHOR);
        }
        object.withObject("/data").put("wanted", wish());
        return Write.replace(before, object, AUTHOR);
    }

    static ObjectNode read(Stored stored) {
        try {
            return (ObjectNode) JSON.readTree(stored.json());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
