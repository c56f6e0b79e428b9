package io.drover.apiserver.simulation;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.BooleanSupplier;

/** Time, and what happens in it: one thing after the other, on one thread, in an order that only the seed decides. */
final class World {

    private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");
    private static final int REMEMBERED = 60;

    /** What happens at one moment is ordered by who does it: the order in which others were woken is not always the same. */
    private record Happening(long at, Actor actor, long number, Runnable what) implements Comparable<Happening> {
        @Override
        public int compareTo(Happening other) {
            int byTime = Long.compare(at, other.at);
            int byActor = byTime != 0 ? byTime : Integer.compare(actor.id, other.actor.id);
            return byActor != 0 ? byActor : Long.compare(number, other.number);
        }
    }

    private final PriorityQueue<Happening> coming = new PriorityQueue<>();
    private final List<Runnable> invariants = new ArrayList<>();
    private final Deque<String> notes = new ArrayDeque<>();
    private final Random seeds;
    private long now;
    private boolean calm;
    private int actors;
    private long fingerprint;

    World(long seed) {
        seeds = new Random(seed);
    }

    /** To be looked at after whatever happens. */
    void holds(Runnable invariant) {
        invariants.add(invariant);
    }

    long now() {
        return now;
    }

    /** From now on nothing goes wrong by itself. */
    void calm() {
        calm = true;
    }

    boolean isCalm() {
        return calm;
    }

    Clock clock() {
        return new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return BEGINNING.plusNanos(now);
            }
        };
    }

    Actor actor(String name) {
        return new Actor(name);
    }

    void note(String what) {
        fingerprint = fingerprint * 31 + what.hashCode() + now;
        notes.addLast("%9.4f %s".formatted(now / 1e9, what));
        if (notes.size() > REMEMBERED) {
            notes.removeFirst();
        }
    }

    /** The last things of note. */
    String story() {
        return String.join("\n", notes);
    }

    /** The same for the same story. */
    long fingerprint() {
        return fingerprint;
    }

    /** Lets time go by until the condition holds; {@code false} if it did not in that time. */
    boolean run(Duration time, BooleanSupplier until) {
        long end = now + time.toNanos();
        while (!until.getAsBoolean()) {
            Happening next = coming.peek();
            if (next == null || next.at > end) {
                now = end;
                return until.getAsBoolean();
            }
            coming.remove();
            next.actor.meet(next);
        }
        return true;
    }

    /** Somebody in the world: a process, a connection, a machine. */
    final class Actor {
        private final int id = actors++;
        private final String name;
        private final Random random = new Random(seeds.nextLong());
        private long number;
        private long hangsUntil;
        private boolean gone;

        private Actor(String name) {
            this.name = name;
        }

        Random random() {
            return random;
        }

        void after(Duration delay, Runnable what) {
            at(now + delay.toNanos(), what);
        }

        void at(long time, Runnable what) {
            if (!gone) {
                coming.add(new Happening(Math.max(now, time), this, number++, what));
            }
        }

        /** Up to so much later. */
        void within(Duration most, Runnable what) {
            at(now + (long) (random.nextDouble() * most.toNanos()), what);
        }

        /** Does nothing for a while, and then all that came up meanwhile. */
        void hang(Duration time) {
            hangsUntil = now + time.toNanos();
        }

        /** Does nothing any more. */
        void leave() {
            gone = true;
        }

        boolean isGone() {
            return gone;
        }

        void note(String what) {
            World.this.note(name + ": " + what);
        }

        @Override
        public String toString() {
            return name;
        }

        private void meet(Happening happening) {
            if (gone) {
                return;
            }
            now = Math.max(now, happening.at);
            if (hangsUntil > now) {
                coming.add(new Happening(hangsUntil, this, happening.number, happening.what));
                return;
            }
            happening.what.run();
            invariants.forEach(Runnable::run);
        }
    }
}
