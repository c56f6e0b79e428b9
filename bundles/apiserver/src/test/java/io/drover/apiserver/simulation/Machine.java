package io.drover.apiserver.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.apiserver.serve.Served;
import io.drover.apiserver.store.Disk;
import io.drover.apiserver.store.Reach;
import io.drover.apiserver.store.Retention;
import io.drover.apiserver.store.Store;
import io.drover.apiserver.store.Stored;
import io.drover.apiserver.store.Write;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** The machine with the store: it crashes and comes back, and its disk fills up. */
final class Machine implements AutoCloseable {

    private static final Retention RETENTION = new Retention(Duration.ofSeconds(40), 120);
    private static final Reach REACH = new Reach(25, 1 << 20);

    private final World world;
    private final World.Actor actor;
    private final Path folder;
    private final List<Runnable> connections = new ArrayList<>();
    private Truth truth;
    private Store store;
    private Served served;

    Machine(World world, Path folder) throws SQLException {
        this.world = world;
        this.folder = folder;
        this.actor = world.actor("machine");
        boot();
        world.holds(this::nothingIsVisibleBeforeItIsOnDisk);
    }

    private void boot() throws SQLException {
        VirtualTurns turns = new VirtualTurns(world, actor, () -> truth.read());
        store = Store.open(folder, RETENTION, REACH, world.clock(), turns);
        served = new Served(store);
        if (truth == null) {
            truth = new Truth(folder);
        }
        truth.read();
        actor.note("up at revision " + store.now().revision());
        assertThat(store.now().revision()).as("revision after a restart").isEqualTo(truth.last());
        assertThat(state("/", store.now().below("/")))
                .as("what a restart found")
                .isEqualTo(truth.state("/", truth.last()));
    }

    private void nothingIsVisibleBeforeItIsOnDisk() {
        if (isUp()
                && (store.now().revision() > truth.last()
                        || store.published() > store.now().revision())) {
            throw new AssertionError("On disk is revision " + truth.last() + ", readers see "
                    + store.now().revision() + " and watchers " + store.published());
        }
    }

    boolean isUp() {
        return store != null;
    }

    Truth truth() {
        return truth;
    }

    Served served() {
        return served;
    }

    Store store() {
        return store;
    }

    /** Something to be done when the machine crashes; ended by {@link #hangUp}. */
    void connect(Runnable broken) {
        connections.add(broken);
    }

    void hangUp(Runnable broken) {
        connections.remove(broken);
    }

    /** A write as the store sees it: what it acknowledges is on disk, and was made to what was expected. */
    CompletableFuture<Stored> write(Write write) {
        return store.write(write).thenApply(after -> {
            if (after.revision() > truth.last()) {
                truth.read();
            }
            assertThat(truth.has(after.revision(), write.key()))
                    .as("acknowledged and on disk: " + after.key())
                    .isTrue();
            assertThat(truth.before(write.key(), after.revision()))
                    .as("what " + after.key() + " was before")
                    .isEqualTo(write.expected());
            return after;
        });
    }

    void crash(Duration down) {
        if (!isUp()) {
            return;
        }
        actor.note("crashes");
        List.copyOf(connections).forEach(Runnable::run);
        connections.clear();
        store.close();
        store = null;
        served = null;
        truth.read();
        actor.after(down, () -> {
            try {
                boot();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    void fillDisk(Duration time) {
        if (!isUp()) {
            return;
        }
        actor.note("disk full");
        Store filled = store;
        Disk.fill(store);
        actor.after(time, () -> {
            if (store == filled) {
                actor.note("disk has room");
                Disk.makeRoom(store);
            }
        });
    }

    void rotateKey() {
        if (isUp()) {
            actor.note("key changes");
            store.rotateKey().thenRun(() -> actor.note("key changed"));
        }
    }

    /** A look at the past tells what was. */
    void lookBack() {
        if (!isUp()) {
            return;
        }
        long floor = store.past().floor();
        long revision = floor + (long) (actor.random().nextDouble() * (truth.last() - floor));
        if (revision > 0) {
            assertThat(state("/", store.past().below("/", "/", revision)))
                    .as("what was at revision " + revision)
                    .isEqualTo(truth.state("/", revision));
        }
    }

    /** That of an object as long as it is remembered. */
    static NavigableMap<String, Long> state(String prefix, Iterator<Stored> objects) {
        NavigableMap<String, Long> state = new TreeMap<>();
        objects.forEachRemaining(object -> {
            if (object.key().startsWith(prefix)) {
                state.put(object.key(), object.revision());
            }
        });
        return state;
    }

    @Override
    public void close() throws SQLException {
        if (isUp()) {
            store.close();
        }
        truth.close();
    }
}
