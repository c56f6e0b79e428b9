package io.drover.apiserver.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.controllers.shard.Shards;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** One seed: a while of trouble, then peace, in which all must come to what is wanted. */
final class Scenario implements AutoCloseable {

    private static final int CLIENTS = 3;
    private static final int REPLICAS = 3;
    private static final Duration TROUBLE = Duration.ofSeconds(30);
    private static final Duration PEACE = Duration.ofSeconds(300);

    private final World world;
    private final Machine machine;
    private final World.Actor fate;
    private final List<Client> clients = new ArrayList<>();
    private final List<Follower> followers = new ArrayList<>();
    private final List<Link> links = new ArrayList<>();
    private final List<Replica> replicas = new ArrayList<>();
    private int replicasSoFar;

    Scenario(long seed, Path folder) throws SQLException {
        world = new World(seed);
        machine = new Machine(world, folder);
        fate = world.actor("fate");
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(new Client(link("client-" + i)));
        }
        followers.add(new Follower(world, link("quick"), "", Duration.ofMillis(10), key -> {}));
        followers.add(new Follower(world, link("slow"), "", Duration.ofSeconds(4), key -> {}));
        followers.add(new Follower(world, link("narrow"), "c-1", Duration.ofMillis(500), key -> {}));
        for (int i = 0; i < REPLICAS; i++) {
            addReplica();
        }
    }

    private Link link(String name) {
        Link link = new Link(world, machine, world.actor(name));
        links.add(link);
        return link;
    }

    private void addReplica() {
        replicas.add(new Replica(world, machine, "replica-" + replicasSoFar++, this::noShardIsTwoReplicas));
    }

    private void noShardIsTwoReplicas() {
        for (int shard = 0; shard < Shards.COUNT; shard++) {
            Replica holder = null;
            for (Replica replica : replicas) {
                if (replica.has(shard)) {
                    if (holder != null) {
                        throw new AssertionError(
                                "Shard " + shard + " is held by " + holder.actor() + " and " + replica.actor());
                    }
                    holder = replica;
                }
            }
        }
    }

    void play() {
        trouble();
        world.run(TROUBLE, () -> false);
        pacify();
        long end = world.now() + PEACE.toNanos();
        while (!isAsWanted() && world.now() < end) {
            world.run(Duration.ofSeconds(1), () -> false);
        }
        requireAsWanted();
    }

    private void trouble() {
        fate.within(Duration.ofSeconds(3), () -> {
            if (world.now() < TROUBLE.toNanos()) {
                somethingHappens();
                if (fate.random().nextInt(3) == 0) {
                    machine.lookBack();
                }
                trouble();
            }
        });
    }

    private void somethingHappens() {
        if (replicas.isEmpty()) {
            return;
        }
        Replica replica = replicas.get(fate.random().nextInt(replicas.size()));
        Follower follower = followers.get(fate.random().nextInt(followers.size()));
        switch (fate.random().nextInt(17)) {
            case 0 -> machine.crash(upTo(6));
            case 1 -> machine.fillDisk(upTo(4));
            case 2 -> machine.rotateKey();
            case 3, 4 -> {
                Link link = links.get(fate.random().nextInt(links.size()));
                link.cut(!link.isCut());
            }
            case 5, 6 -> follower.breakOff();
            case 7 -> {
                follower.stall(true);
                fate.after(upTo(20), () -> follower.stall(false));
            }
            case 8, 9 -> {
                Duration time = upTo(12);
                replica.actor().note("hangs");
                replica.actor().hang(time);
            }
            case 10, 11 -> {
                replica.actor().note("cut off");
                replica.cut(true);
                fate.after(upTo(15), () -> replica.cut(false));
            }
            case 12, 13, 14, 15 -> {
                fate.note("replicas' ways are congested");
                List<Replica> there = List.copyOf(replicas);
                there.forEach(one -> one.congest(true));
                fate.after(upTo(15), () -> there.forEach(one -> one.congest(false)));
            }
            default -> {
                replicas.remove(replica);
                replica.crash();
                fate.after(upTo(10), this::addReplica);
            }
        }
    }

    private Duration upTo(int seconds) {
        return Duration.ofMillis(1 + fate.random().nextInt(seconds * 1_000));
    }

    private void pacify() {
        fate.note("peace");
        world.calm();
        clients.forEach(Client::stop);
        links.forEach(link -> link.cut(false));
        followers.forEach(follower -> follower.stall(false));
        replicas.forEach(replica -> {
            replica.cut(false);
            replica.congest(false);
        });
    }

    private boolean isAsWanted() {
        return machine.isUp()
                && replicas.size() == REPLICAS
                && replicas.stream().allMatch(replica -> replica.follower().isUpToDate())
                && followers.stream().allMatch(Follower::isUpToDate)
                && replicas.stream().allMatch(Replica::isAtRest)
                && undone().isEmpty()
                && held() == Shards.COUNT;
    }

    private long held() {
        return IntStream.range(0, Shards.COUNT)
                .filter(shard -> replicas.stream().anyMatch(replica -> replica.has(shard)))
                .count();
    }

    private List<String> undone() {
        List<String> undone = new ArrayList<>();
        replicas.get(0).follower().objects().forEach((key, object) -> {
            if (!object.at("/data/wanted").equals(object.at("/data/done"))) {
                undone.add(key);
            }
        });
        return undone;
    }

    private void requireAsWanted() {
        assertThat(machine.isUp()).as("machine is up").isTrue();
        followers.forEach(follower ->
                assertThat(follower.isUpToDate()).as("follower is up to date").isTrue());
        replicas.forEach(replica -> assertThat(replica.follower().isUpToDate())
                .as(replica.actor() + " is up to date")
                .isTrue());
        assertThat(held()).as("shards held").isEqualTo(Shards.COUNT);
        assertThat(undone()).as("objects not as wanted").isEmpty();
        replicas.forEach(replica -> assertThat(replica.forgotten())
                .as(replica.actor() + ": changed and not looked at since")
                .isEmpty());
        replicas.forEach(replica -> assertThat(replica.isAtRest())
                .as(replica.actor() + " is at rest")
                .isTrue());
    }

    long relists() {
        return followers.stream().mapToLong(Follower::relists).sum();
    }

    long revisions() {
        return machine.truth().last();
    }

    World world() {
        return world;
    }

    @Override
    public void close() throws SQLException {
        replicas.forEach(Replica::crash);
        machine.close();
    }
}
