package io.drover.api.control;

import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What a step of a {@link Reconciler} came to; the engine writes it.
 *
 * @param show how the object is to be shown from now on, applied to the newest version; empty to leave it as it is
 * @param waiting what is being waited for; empty when the object is as asked
 * @param lookAgainIn when it is looked at again even if nothing changes; zero = only on a change
 */
public record Outcome<K extends Record>(
        Optional<UnaryOperator<K>> show, Optional<Waiting> waiting, Duration lookAgainIn) {

    public static <K extends Record> Outcome<K> done() {
        return new Outcome<>(Optional.empty(), Optional.empty(), Duration.ZERO);
    }

    public static <K extends Record> Outcome<K> show(UnaryOperator<K> change) {
        return new Outcome<>(Optional.of(change), Optional.empty(), Duration.ZERO);
    }

    /** The same, for an object that is not there yet: see {@link Waiting}. */
    public Outcome<K> waiting(String cause, String owner, Duration lookAgain, String nextAction) {
        return new Outcome<>(show, Optional.of(new Waiting(cause, owner, lookAgain, nextAction)), lookAgain);
    }

    /** The same, for an object that is as asked and has to be looked at now and then nevertheless. */
    public Outcome<K> lookAgainIn(Duration lookAgain) {
        return new Outcome<>(show, waiting, lookAgain);
    }

    /**
     * Why an object is not there yet. The engine adds since when, and shows it in the object's condition.
     *
     * @param cause a sentence without its full stop: what it waits for
     * @param owner who has to act: {@code drover}, {@code user}, {@code cluster}, a driver's kind
     * @param lookAgainIn when it is looked at again even if nothing changes; zero = only on a change
     * @param nextAction a sentence without its full stop: what happens then, or what the owner should do
     */
    public record Waiting(String cause, String owner, Duration lookAgainIn, String nextAction) {}
}
