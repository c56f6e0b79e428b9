package io.drover.apiserver.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drover.api.plane.PlaneServer.Reply;
import io.drover.apiserver.simulation.Truth.Change;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Keeps up with objects as informers do: a list, then watches from there, resumed wherever they break off, and a list again when the
 * server no longer knows the place. Each change must come once, in order, and none be left out.
 */
final class Follower {

    static final String TOPIC = "/core/configmaps/";
    private static final String PATH = "/api/v1/";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Bookmarks come so much more often than in life. */
    private static final long BOOKMARK_HASTE = 10;

    private final World world;
    private final Link link;
    private final World.Actor actor;
    private final String path;
    private final String prefix;
    private final Duration slowness;
    private final Consumer<String> changed;
    private final NavigableMap<String, JsonNode> objects = new TreeMap<>();
    private Connection connection;
    private long version;
    private long newest;
    private boolean stalled;
    private int relists;

    /**
     * @param namespace empty for all
     * @param slowness how long it may take over a part of an answer
     * @param changed told the key of each change
     */
    Follower(World world, Link link, String namespace, Duration slowness, Consumer<String> changed) {
        this.world = world;
        this.link = link;
        this.actor = link.caller();
        this.path = PATH + (namespace.isEmpty() ? "" : "namespaces/" + namespace + "/") + "configmaps";
        this.prefix = TOPIC + (namespace.isEmpty() ? "" : namespace + "/");
        this.slowness = slowness;
        this.changed = changed;
        again();
    }

    NavigableMap<String, JsonNode> objects() {
        return objects;
    }

    int relists() {
        return relists;
    }

    /** Takes nothing, or goes on. */
    void stall(boolean now) {
        stalled = now;
    }

    /** Whether it knows all that is there now. */
    boolean isUpToDate() {
        NavigableMap<String, Long> known = new TreeMap<>();
        objects.forEach((key, object) -> known.put(key, revision(object)));
        return known.equals(
                link.machine().truth().state(prefix, link.machine().truth().last()));
    }

    private Truth truth() {
        return link.machine().truth();
    }

    private void again() {
        actor.within(Duration.ofMillis(500), () -> {
            if (version > 0) {
                watch("resourceVersion=" + version + "&allowWatchBookmarks=true", false);
            } else if (actor.random().nextBoolean()) {
                watch("sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true", true);
            } else {
                list();
            }
        });
    }

    private void list() {
        link.call(machine -> CompletableFuture.completedFuture(machine.served().list(path)), (list, failure) -> {
            if (failure == null) {
                NavigableMap<String, JsonNode> there = new TreeMap<>();
                list.path("items").forEach(object -> there.put(key(object), object));
                replace(there, revision(list));
            }
            again();
        });
    }

    private void replace(NavigableMap<String, JsonNode> there, long revision) {
        relists++;
        actor.note("lists at " + revision);
        assertThat(revision).as(actor + ": revision of a list").isGreaterThanOrEqualTo(newest);
        NavigableMap<String, Long> revisions = new TreeMap<>();
        there.forEach((key, object) -> revisions.put(key, revision(object)));
        assertThat(revisions).as(actor + ": list at " + revision).isEqualTo(truth().state(prefix, revision));
        NavigableMap<String, JsonNode> old = new TreeMap<>(objects);
        objects.clear();
        objects.putAll(there);
        moveTo(revision);
        old.keySet().forEach(changed);
        there.keySet().forEach(changed);
    }

    private void moveTo(long revision) {
        version = revision;
        newest = Math.max(newest, revision);
    }

    private void watch(String query, boolean fromState) {
        Connection made = new Connection(fromState);
        connection = made;
        String parameters = "watch=true&timeoutSeconds=" + (5 + actor.random().nextInt(80)) + "&" + query;
        link.call(machine -> CompletableFuture.completedFuture(made.begin(machine, parameters)), (begun, failure) -> {
            if (failure != null) {
                made.leave();
            }
        });
    }

    private void tooOld() {
        actor.note("too old at " + version);
        version = 0;
    }

    /** Goes away in the middle, and comes back. */
    void breakOff() {
        if (connection != null) {
            connection.leave();
        }
    }

    private void take(Connection from, JsonNode event) {
        String type = event.path("type").asText();
        JsonNode object = event.path("object");
        if (type.equals("ERROR")) {
            assertThat(object.path("code").asInt()).as(actor + ": " + event).isEqualTo(410);
            tooOld();
            return;
        }
        long revision = revision(object);
        if (from.state != null) {
            takeState(from, type, object, revision);
            return;
        }
        Change next = truth().next(prefix, version);
        if (type.equals("BOOKMARK")) {
            assertThat(revision).as(actor + ": bookmark").isGreaterThanOrEqualTo(version);
            assertThat(next == null || next.revision() > revision)
                    .as(actor + ": all up to bookmark " + revision + " was told, but " + next)
                    .isTrue();
            moveTo(revision);
            return;
        }
        String key = key(object);
        assertThat(next)
                .as(actor + ": next after " + version)
                .isEqualTo(new Change(revision, key, type.equals("DELETED")));
        assertThat(type.equals("ADDED")).as(actor + ": " + event).isEqualTo(!objects.containsKey(key));
        if (type.equals("DELETED")) {
            objects.remove(key);
        } else {
            objects.put(key, object);
        }
        moveTo(revision);
        changed.accept(key);
    }

    private void takeState(Connection from, String type, JsonNode object, long revision) {
        if (type.equals("BOOKMARK")) {
            replace(from.state, revision);
            from.state = null;
        } else {
            assertThat(type).isEqualTo("ADDED");
            from.state.put(key(object), object);
        }
    }

    private static long revision(JsonNode object) {
        return Long.parseLong(object.at("/metadata/resourceVersion").asText());
    }

    private static String key(JsonNode object) {
        return TOPIC + object.at("/metadata/namespace").asText() + "/"
                + object.at("/metadata/name").asText();
    }

    /** One watch's answer: in the machine until it arrives here. */
    private final class Connection implements Reply {
        private final World.Actor server = world.actor(actor + " watch");
        private final Runnable broken = this::broken;
        private NavigableMap<String, JsonNode> state;
        private Runnable gone = () -> {};
        private long arrived;
        private Machine machine;

        Connection(boolean fromState) {
            state = fromState ? new TreeMap<>() : null;
        }

        Void begin(Machine reached, String parameters) {
            if (!isOpen()) {
                return null;
            }
            machine = reached;
            machine.connect(broken);
            machine.served()
                    .watch(
                            path,
                            parameters,
                            new VirtualExecutor(world, server),
                            () -> BOOKMARK_HASTE * world.now(),
                            server.random(),
                            this);
            return null;
        }

        private boolean isOpen() {
            return connection == this;
        }

        /** The receiver goes; the machine learns of it later. */
        void leave() {
            if (isOpen()) {
                connection = null;
                again();
            }
            if (machine != null) {
                machine.hangUp(broken);
                server.after(link.latency(), () -> {
                    gone.run();
                    server.leave();
                });
            }
        }

        /** The machine is no more; the receiver learns of it later. */
        private void broken() {
            server.leave();
            actor.within(Duration.ofSeconds(1), () -> {
                machine = null;
                leave();
            });
        }

        /** Nothing overtakes anything. */
        private void deliver(Runnable what) {
            arrived = Math.max(arrived, world.now() + link.latency().toNanos());
            actor.at(arrived, () -> {
                if (isOpen() && link.isCut()) {
                    leave();
                } else if (isOpen()) {
                    what.run();
                }
            });
        }

        @Override
        public void begin(int status, Map<String, String> headers) {
            assertThat(status).isEqualTo(200);
        }

        @Override
        public CompletionStage<Void> write(ByteBuffer part) {
            String text = new String(part.array(), part.position(), part.remaining(), StandardCharsets.UTF_8);
            CompletableFuture<Void> taken = new CompletableFuture<>();
            deliver(() -> take(text, taken));
            return taken;
        }

        private void take(String text, CompletableFuture<Void> taken) {
            if (!isOpen()) {
                return;
            }
            if (stalled) {
                actor.within(Duration.ofSeconds(2), () -> take(text, taken));
                return;
            }
            for (String line : text.split("\n")) {
                try {
                    Follower.this.take(this, JSON.readTree(line));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            server.within(slowness, () -> taken.complete(null));
        }

        @Override
        public void end() {
            deliver(this::leave);
        }

        @Override
        public void abort(Throwable cause) {
            throw new IllegalStateException(cause);
        }

        @Override
        public void onGone(Runnable action) {
            gone = action;
        }
    }
}
