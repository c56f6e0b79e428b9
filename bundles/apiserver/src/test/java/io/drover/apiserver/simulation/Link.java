package io.drover.apiserver.simulation;

import io.drover.api.DroverException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Somebody's way to the machine: now and then slow, for a while congested, and sometimes cut, when nothing arrives and nobody is told. */
final class Link {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final World world;
    private final Machine machine;
    private final World.Actor caller;
    private final World.Actor wire;
    private boolean cut;
    private boolean congested;

    Link(World world, Machine machine, World.Actor caller) {
        this.world = world;
        this.machine = machine;
        this.caller = caller;
        this.wire = world.actor(caller + " wire");
    }

    World.Actor caller() {
        return caller;
    }

    Machine machine() {
        return machine;
    }

    boolean isCut() {
        return cut;
    }

    void cut(boolean now) {
        cut = now;
    }

    /** Every other thing is late, though in time for whoever waits for it. */
    void congest(boolean now) {
        congested = now;
    }

    /** How long something is under way. */
    Duration latency() {
        if (congested && wire.random().nextBoolean()) {
            return Duration.ofMillis(wire.random().nextInt(4_500));
        }
        boolean slow = wire.random().nextInt(20) == 0 && !world.isCalm();
        return Duration.ofMillis(
                slow ? 200 + wire.random().nextInt(6_000) : 1 + wire.random().nextInt(20));
    }

    /**
     * Asks the machine.
     *
     * @param request made when it arrives there
     * @param answer told once: the result, or why there is none, when what was asked for may have been done or not
     */
    <T> void call(Function<Machine, CompletableFuture<T>> request, BiConsumer<T, Throwable> answer) {
        new Call<>(answer).send(request);
    }

    private final class Call<T> {
        private final BiConsumer<T, Throwable> answer;
        private final Runnable broken = () -> fail("connection reset");
        private boolean answered;

        Call(BiConsumer<T, Throwable> answer) {
            this.answer = answer;
        }

        void send(Function<Machine, CompletableFuture<T>> request) {
            caller.after(TIMEOUT, () -> answer(null, DroverException.unavailable("timed out")));
            if (cut) {
                return;
            }
            wire.after(latency(), () -> {
                if (cut) {
                    return;
                }
                if (!machine.isUp()) {
                    fail("connection refused");
                    return;
                }
                machine.connect(broken);
                request.apply(machine).whenComplete((result, failure) -> {
                    machine.hangUp(broken);
                    wire.after(latency(), () -> {
                        if (!cut) {
                            caller.at(world.now(), () -> answer(result, failure));
                        }
                    });
                });
            });
        }

        private void fail(String reason) {
            caller.within(Duration.ofMillis(20), () -> answer(null, DroverException.unavailable(reason)));
        }

        private void answer(T result, Throwable failure) {
            if (!answered) {
                answered = true;
                answer.accept(result, failure);
            }
        }
    }
}
