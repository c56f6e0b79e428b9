package io.drover.apiserver.simulation;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** An actor's threads: each piece of work begins a little later than it was asked for. */
final class VirtualExecutor extends AbstractExecutorService implements ScheduledExecutorService {

    private static final Duration LATE = Duration.ofMillis(5);

    private final World world;
    private final World.Actor actor;

    VirtualExecutor(World world, World.Actor actor) {
        this.world = world;
        this.actor = actor;
    }

    @Override
    public void execute(Runnable work) {
        actor.within(LATE, work);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable work, long delay, TimeUnit unit) {
        return schedule(
                () -> {
                    work.run();
                    return null;
                },
                delay,
                unit);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> work, long delay, TimeUnit unit) {
        Later<V> later = new Later<>(work, world.now() + unit.toNanos(delay));
        actor.at(later.at, later);
        return later;
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable work, long first, long period, TimeUnit unit) {
        return scheduleWithFixedDelay(work, first, period, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable work, long first, long delay, TimeUnit unit) {
        return schedule(
                () -> {
                    work.run();
                    scheduleWithFixedDelay(work, delay, delay, unit);
                },
                first,
                unit);
    }

    private final class Later<V> extends FutureTask<V> implements ScheduledFuture<V> {
        private final long at;

        Later(Callable<V> work, long at) {
            super(work);
            this.at = at;
        }

        @Override
        protected void setException(Throwable failure) {
            throw new IllegalStateException(failure);
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(at - world.now(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }

    @Override
    public void shutdown() {
        actor.leave();
    }

    @Override
    public List<Runnable> shutdownNow() {
        actor.leave();
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return actor.isGone();
    }

    @Override
    public boolean isTerminated() {
        return actor.isGone();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return actor.isGone();
    }
}
