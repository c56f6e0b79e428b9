package io.drover.controllers.shard;

import io.drover.controllers.shard.LeaseBook.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process's share of the shards.
 *
 * <p>Every process keeps one lease of its own alive, which says that it lives; each shard has a lease that names its holder and is written
 * only when that changes. So a quiet system costs one write every two seconds a process, however many clusters there are. Who has not
 * been seen to renew for {@link #EXPIRY} is dead, and its shards are anybody's; a process itself counts on its shards for {@link #TRUST}
 * only, from before it renewed, so that two never do. Each takes no more than its fair share, and gives back what it has beyond.
 *
 * <p>Only {@link #has} may be called from any thread.
 */
public final class Shards {

    public static final int COUNT = 16;

    /** How often {@link #tick} is to be called. */
    public static final Duration TICK = Duration.ofSeconds(1);

    static final Duration EXPIRY = Duration.ofSeconds(5);
    static final Duration TRUST = Duration.ofSeconds(4);
    private static final Duration RENEW = Duration.ofSeconds(2);
    private static final Duration FORGET = Duration.ofMinutes(1);

    private static final String MEMBER = "member-";
    private static final String SHARD = "shard-";

    private static final Logger log = LoggerFactory.getLogger(Shards.class);

    /** Whoever does the work. */
    public interface Work {

        /** From now on those shards' work is ours. */
        void gained(Set<Integer> shards);

        /** From now on it is not, and what is being done is to be broken off; returns at once. */
        void lost(Set<Integer> shards);

        /** Whether nothing is being done about that shard. */
        boolean isIdle(int shard);
    }

    /** @param at when this version was first seen */
    private record Seen(String version, long at) {}

    private final String me;
    private final LeaseBook book;
    private final LongSupplier nanoTime;
    private final Work work;

    private final Map<String, Seen> members = new HashMap<>();
    /** Given up, but somebody is still busy with it. */
    private final Set<Integer> leaving = new HashSet<>();

    private Entry myLease;
    private long renewedAt;
    private volatile Set<Integer> held = Set.of();
    private volatile long trustedUntil;

    /** @param me a name that no other process has or had */
    public Shards(String me, LeaseBook book, LongSupplier nanoTime, Work work) {
        this.me = me;
        this.book = book;
        this.nanoTime = nanoTime;
        this.work = work;
        this.myLease = new Entry(MEMBER + me, "", "");
        this.trustedUntil = nanoTime.getAsLong();
    }

    /** The shard of whatever belongs to that cluster. */
    public static int of(String clusterId) {
        return Math.floorMod(clusterId.hashCode() * 0x9E3779B9, COUNT);
    }

    public boolean has(int shard) {
        return held.contains(shard) && nanoTime.getAsLong() - trustedUntil < 0;
    }

    /** Renews, takes what is free and gives back what is too much; blocks for as long as the book does. */
    public void tick() {
        boolean lapsed = nanoTime.getAsLong() - trustedUntil >= 0;
        if (lapsed) {
            lapse();
        }
        renew(lapsed);
        long asked = nanoTime.getAsLong();
        List<Entry> entries = book.list();
        Set<String> alive = lookAtMembers(entries, asked);
        Map<Integer, Entry> shards = shards(entries);
        notice(shards);
        int fair = fairShare(alive);
        take(shards, alive, fair);
        giveBack(shards, fair);
    }

    /** Gives everything back at once. */
    public void leave() {
        lose(held);
        for (Entry shard : book.list()) {
            if (shard.holder().equals(me) && shard.name().startsWith(SHARD)) {
                book.write(shard, "");
            }
        }
        book.remove(myLease);
    }

    private void lapse() {
        if (!held.isEmpty()) {
            log.warn("This process could not renew its lease in time; its controllers rest: shards={}", held.size());
            lose(held);
        }
    }

    private void renew(boolean lapsed) {
        long begin = nanoTime.getAsLong();
        if (!lapsed && begin - renewedAt < RENEW.toNanos()) {
            return;
        }
        Optional<Entry> written = book.write(myLease, me);
        if (written.isEmpty()) {
            // Our last write arrived although we were told otherwise, or somebody removed the lease.
            myLease = book.list().stream()
                    .filter(entry -> entry.name().equals(MEMBER + me))
                    .findFirst()
                    .orElse(new Entry(MEMBER + me, "", ""));
            written = book.write(myLease, me);
        }
        if (written.isPresent()) {
            myLease = written.get();
            renewedAt = begin;
            if (nanoTime.getAsLong() - trustedUntil >= 0) {
                // It took so long that others may have found us dead meanwhile.
                lapse();
            }
            trustedUntil = begin + TRUST.toNanos();
        }
    }

    /**
     * Those that live, this process among them.
     *
     * @param asked before the list was made: whoever renewed since is not in it
     */
    private Set<String> lookAtMembers(List<Entry> entries, long asked) {
        long now = nanoTime.getAsLong(); // after the list was made: what is in it is at least that old
        Set<String> alive = new HashSet<>(Set.of(me));
        Map<String, Seen> there = new HashMap<>();
        for (Entry entry : entries) {
            if (!entry.name().startsWith(MEMBER)) {
                continue;
            }
            String name = entry.name().substring(MEMBER.length());
            Seen known = members.get(name);
            Seen seen =
                    known != null && known.version().equals(entry.version()) ? known : new Seen(entry.version(), now);
            there.put(name, seen);
            if (asked - seen.at() < EXPIRY.toNanos()) {
                alive.add(name);
            } else if (asked - seen.at() > FORGET.toNanos() && !name.equals(me)) {
                book.remove(entry);
            }
        }
        members.clear();
        members.putAll(there);
        return alive;
    }

    /** The shares of all that live are all shards, if they know of each other. */
    private int fairShare(Set<String> alive) {
        long rank = alive.stream().filter(name -> name.compareTo(me) < 0).count();
        return COUNT / alive.size() + (rank < COUNT % alive.size() ? 1 : 0);
    }

    private static Map<Integer, Entry> shards(List<Entry> entries) {
        Map<Integer, Entry> shards = new HashMap<>();
        for (int shard = 0; shard < COUNT; shard++) {
            shards.put(shard, new Entry(SHARD + shard, "", ""));
        }
        entries.stream()
                .filter(entry -> entry.name().startsWith(SHARD))
                .forEach(entry -> shards.replace(Integer.parseInt(entry.name().substring(SHARD.length())), entry));
        return shards;
    }

    /** Somebody else may have found us dead. */
    private void notice(Map<Integer, Entry> shards) {
        Set<Integer> gone =
                held.stream().filter(shard -> !isMine(shards.get(shard))).collect(Collectors.toSet());
        if (!gone.isEmpty()) {
            log.warn("Another process has taken over: shards={}", gone.size());
            lose(gone);
        }
    }

    /** What is ours by the book but not held was lost for a while, and is claimed anew by a write that nobody can have been before. */
    private void take(Map<Integer, Entry> shards, Set<String> alive, int fair) {
        List<Integer> wanted = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            int shard = Math.floorMod(me.hashCode() + i, COUNT);
            Entry entry = shards.get(shard);
            boolean free = entry.holder().isEmpty() || entry.holder().equals(me) || !alive.contains(entry.holder());
            if (free && !held.contains(shard) && !leaving.contains(shard)) {
                wanted.add(shard);
            }
        }
        Set<Integer> gained = new HashSet<>();
        for (int shard : wanted) {
            if (held.size() + gained.size() >= fair) {
                break;
            }
            book.write(shards.get(shard), me).ifPresent(written -> {
                shards.put(shard, written);
                gained.add(shard);
            });
        }
        if (!gained.isEmpty() && nanoTime.getAsLong() - trustedUntil < 0) {
            Set<Integer> now = new HashSet<>(held);
            now.addAll(gained);
            held = Set.copyOf(now);
            log.info("Controllers of more clusters run here: gained={} shards={}", gained.size(), held.size());
            work.gained(gained);
        }
    }

    private void giveBack(Map<Integer, Entry> shards, int fair) {
        Set<Integer> excess = held.stream().sorted().skip(fair).collect(Collectors.toSet());
        if (!excess.isEmpty()) {
            log.info("Controllers of some clusters move to another process: shards={}", excess.size());
            lose(excess);
            leaving.addAll(excess);
        }
        // What is ours by the book beyond our share, as after a lapse, is given back likewise.
        shards.forEach((shard, entry) -> {
            if (isMine(entry) && !held.contains(shard)) {
                leaving.add(shard);
            }
        });
        leaving.removeIf(shard -> !isMine(shards.get(shard))
                || work.isIdle(shard) && book.write(shards.get(shard), "").isPresent());
    }

    private boolean isMine(Entry entry) {
        return entry.holder().equals(me);
    }

    private void lose(Set<Integer> shards) {
        Set<Integer> lost = Set.copyOf(shards);
        held = held.stream().filter(shard -> !lost.contains(shard)).collect(Collectors.toUnmodifiableSet());
        work.lost(lost);
    }
}
