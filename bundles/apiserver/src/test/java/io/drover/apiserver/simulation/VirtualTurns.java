package io.drover.apiserver.simulation;

import io.drover.apiserver.store.Turns;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Gives the store's writer its turns in virtual time. After a crash there are none. */
final class VirtualTurns implements Turns {

    private static final Duration LATE = Duration.ofMillis(8);

    private final World world;
    private final World.Actor disk;
    private final Runnable afterTurn;
    private LongSupplier turn;
    private long asked;
    private boolean woken;
    private boolean closed;

    VirtualTurns(World world, World.Actor disk, Runnable afterTurn) {
        this.world = world;
        this.disk = disk;
        this.afterTurn = afterTurn;
    }

    @Override
    public void begin(LongSupplier newTurn) {
        turn = newTurn;
        wake();
    }

    @Override
    public void wake() {
        if (!woken && turn != null) {
            woken = true;
            disk.within(LATE, this::run);
        }
    }

    private void run() {
        if (closed) {
            return;
        }
        woken = false;
        long millis = turn.getAsLong();
        afterTurn.run();
        long mine = ++asked;
        disk.after(Duration.ofMillis(Math.max(1, millis)), () -> {
            if (asked == mine && !woken) {
                run();
            }
        });
    }

    @Override
    public long nanoTime() {
        return world.now();
    }

    @Override
    public void close() {
        closed = true;
    }
}
