package io.drover.apiserver.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.DroverException;
import io.drover.apiserver.store.Stored;
import io.drover.apiserver.store.Write;
import io.drover.apiserver.store.WriteFailure;
import io.drover.controllers.engine.DelayPolicy;
import io.drover.controllers.engine.Next;
import io.drover.controllers.engine.ObjectKey;
import io.drover.controllers.engine.WorkQueue;
import io.drover.controllers.shard.LeaseBook;
import io.drover.controllers.shard.Shards;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/** A process of Drover's: takes its share of the shards, follows the objects, and brings about what is wanted of them. */
final class Replica implements LeaseBook, Shards.Work {

    private static final String LEASES = "/coordination.k8s.io/leases/cattle-system/";
    private static final int SLOTS = 3;
    private static final Duration LONGEST_STEP = Duration.ofSeconds(3);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final World world;
    private final World.Actor actor;
    private final Link link;
    private final Shards shards;
    private final Coroutine ticking;
    private final Follower follower;
    private final WorkQueue queue;
    private final WorkQueue.Lane lane;
    private final Map<ObjectKey, Turn> running = new LinkedHashMap<>();
    private final Map<ObjectKey, Integer> added = new HashMap<>();
    private final Map<ObjectKey, Integer> begun = new HashMap<>();
    private int moment;
    private final Runnable ticked;

    private static final class Turn {
        private final WorkQueue.Turn turn;
        private boolean brokenOff;

        Turn(WorkQueue.Turn turn) {
            this.turn = turn;
        }
    }

    /** @param ticked run whenever it may have come to hold more */
    Replica(World world, Machine machine, String name, Runnable ticked) {
        this.ticked = ticked;
        this.world = world;
        this.actor = world.actor(name);
        this.link = new Link(world, machine, actor);
        // No two clocks go at the same pace.
        double pace = 0.99 + 0.02 * actor.random().nextDouble();
        this.shards = new Shards(name, this, () -> (long) (world.now() * pace), this);
        this.ticking = new Coroutine(this::tick);
        this.queue = new WorkQueue(
                SLOTS,
                (delay, run) -> {
                    boolean[] calledOff = new boolean[1];
                    actor.after(delay, () -> {
                        if (!calledOff[0]) {
                            run.run();
                        }
                    });
                    return () -> calledOff[0] = true;
                },
                new DelayPolicy(actor.random()),
                this::work);
        this.lane = queue.open("objects");
        this.follower = new Follower(world, new Link(world, machine, actor), "", Duration.ofMillis(100), this::changed);
        actor.within(Shards.TICK, this::goOn);
    }

    World.Actor actor() {
        return actor;
    }

    Follower follower() {
        return follower;
    }

    void cut(boolean now) {
        link.cut(now);
    }

    void congest(boolean now) {
        link.congest(now);
    }

    void crash() {
        actor.note("crashes");
        follower.breakOff();
        actor.leave();
        ticking.kill();
    }

    boolean has(int shard) {
        return !actor.isGone() && shards.has(shard);
    }

    /** What was added and has not been looked at since. */
    List<ObjectKey> forgotten() {
        return added.keySet().stream()
                .filter(key -> begun.getOrDefault(key, 0) <= added.get(key))
                .toList();
    }

    boolean isAtRest() {
        return running.isEmpty() && forgotten().isEmpty();
    }

    // Leases

    private void goOn() {
        ticking.resume();
        ticked.run();
    }

    private void tick() {
        while (true) {
            try {
                shards.tick();
            } catch (DroverException e) {
                // as its timer does
            }
            actor.after(Shards.TICK, this::goOn);
            ticking.pause();
        }
    }

    private <T> T ask(Function<Machine, CompletableFuture<T>> request) {
        List<T> answer = new ArrayList<>();
        List<Throwable> failure = new ArrayList<>();
        link.call(request, (result, reason) -> {
            if (reason == null) {
                answer.add(result);
            } else {
                failure.add(reason);
            }
            goOn();
        });
        ticking.pause();
        if (!failure.isEmpty()) {
            throw DroverException.unavailable(failure.get(0).toString());
        }
        return answer.get(0);
    }

    @Override
    public List<Entry> list() {
        return ask(machine -> {
            List<Entry> entries = new ArrayList<>();
            machine.store().now().below(LEASES).forEachRemaining(lease -> entries.add(entry(lease)));
            return CompletableFuture.completedFuture(entries);
        });
    }

    private static Entry entry(Stored lease) {
        String name = lease.key().substring(LEASES.length());
        return new Entry(name, Client.read(lease).at("/spec/holderIdentity").asText(), Long.toString(lease.revision()));
    }

    @Override
    public Optional<Entry> write(Entry before, String holder) {
        ObjectNode lease = JSON.createObjectNode();
        lease.putObject("metadata").put("name", before.name());
        lease.putObject("spec").put("holderIdentity", holder);
        long expected = before.version().isEmpty() ? 0 : Long.parseLong(before.version());
        Write write = new Write(LEASES + before.name(), expected, lease, false, null, Client.AUTHOR);
        return ask(machine -> machine.write(write).thenApply(Replica::entry).handle(Replica::unlessStale));
    }

    @Override
    public void remove(Entry before) {
        ask(machine -> machine.store()
                .now()
                .get(LEASES + before.name())
                .filter(there -> Long.toString(there.revision()).equals(before.version()))
                .map(there -> machine.write(Write.remove(there, Client.read(there), Client.AUTHOR))
                        .thenApply(Replica::entry)
                        .handle(Replica::unlessStale))
                .orElse(CompletableFuture.completedFuture(Optional.empty())));
    }

    private static Optional<Entry> unlessStale(Entry written, Throwable failure) {
        if (failure == null) {
            return Optional.of(written);
        }
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof WriteFailure refused && refused.reason() == WriteFailure.Reason.STALE) {
            return Optional.empty();
        }
        throw new CompletionException(cause);
    }

    @Override
    public void gained(Set<Integer> gained) {
        actor.note("gains " + gained.stream().sorted().toList());
        follower.objects().keySet().stream()
                .map(Replica::name)
                .filter(key -> gained.contains(Shards.of(key.cluster())))
                .forEach(this::add);
    }

    @Override
    public void lost(Set<Integer> lost) {
        actor.note("loses " + lost.stream().sorted().toList());
        running.forEach((key, turn) -> turn.brokenOff |= lost.contains(Shards.of(key.cluster())));
    }

    @Override
    public boolean isIdle(int shard) {
        return running.keySet().stream().noneMatch(key -> Shards.of(key.cluster()) == shard);
    }

    // Work

    private static ObjectKey name(String key) {
        String[] parts = key.split("/");
        return new ObjectKey(parts[3], parts[4]);
    }

    private void changed(String key) {
        add(name(key));
    }

    private void add(ObjectKey key) {
        added.put(key, ++moment);
        lane.add(key);
    }

    private void work() {
        actor.within(Duration.ofMillis(10), () -> queue.take().ifPresent(this::begin));
    }

    private void begin(WorkQueue.Turn taken) {
        ObjectKey key = taken.key();
        Turn turn = new Turn(taken);
        assertThat(running.put(key, turn))
                .as(actor + ": somebody else at work on " + key)
                .isNull();
        assertThat(running).as(actor + ": at work at once").hasSizeLessThanOrEqualTo(SLOTS);
        begun.put(key, ++moment);
        if (!mayGoOn(turn)) {
            finish(turn, new Next.Rest());
            return;
        }
        actor.within(LONGEST_STEP, () -> step(turn));
    }

    private boolean mayGoOn(Turn turn) {
        return !turn.brokenOff && shards.has(Shards.of(turn.turn.key().cluster()));
    }

    private void step(Turn turn) {
        JsonNode object = follower.objects().get(key(turn));
        int chance = world.isCalm() ? -1 : actor.random().nextInt(6);
        if (turn.brokenOff || chance == 0) {
            finish(turn, new Next.BackOff());
        } else if (chance == 1) {
            finish(turn, new Next.After(Duration.ofMillis(1 + actor.random().nextInt(5_000))));
        } else if (object == null || !mayGoOn(turn) || object.at("/data/wanted").equals(object.at("/data/done"))) {
            finish(turn, new Next.Rest());
        } else {
            bringAbout(turn, object.deepCopy());
        }
    }

    private String key(Turn turn) {
        return Follower.TOPIC + turn.turn.key().namespace() + "/"
                + turn.turn.key().name();
    }

    private void bringAbout(Turn turn, ObjectNode object) {
        long version = Long.parseLong(object.at("/metadata/resourceVersion").asText());
        object.withObject("/data").put("done", object.at("/data/wanted").asText());
        Write write = new Write(key(turn), version, object, false, null, Client.AUTHOR);
        link.call(machine -> machine.write(write), (after, failure) -> {
            if (failure == null) {
                actor.note("did " + after.key() + " at " + after.revision());
            }
            finish(turn, failure == null ? new Next.Rest() : new Next.BackOff());
        });
    }

    private void finish(Turn turn, Next next) {
        running.remove(turn.turn.key());
        queue.finish(turn.turn, next);
    }
}
