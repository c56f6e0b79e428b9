package io.drover.api.control;

import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What a step of a {@link Reconciler} came to; the engine writes it.
 *
 * @param show how the object is to be shown from now on, applied to the newest version; empty to leave it as it is
 * @param waiting what is being waited for; empty when the object is as asked
 */
public record Outcome<K extends Record>(Optional<UnaryOperator<K>> show, Optional<Waiting> waiting) {

    public static <K extends Record> Outcome<K> done() {
        return new Outcome<>(Optional.empty(), Optional.empty());
    }

    public static <K extends Record> Outcome<K> show(UnaryOperator<K> change) {
        return new Outcome<>(Optional.of(change), Optional.empty());
    }

    public Outcome<K> waiting(String cause, String owner, Duration lookAgainIn, String nextAction) {
        return new Outcome<>(show, Optional.of(new Waiting(cause, owner, lookAgainIn, nextAction)));
    }

    /**
     * Why an object is not there yet. The engine adds since when.
     *
     * @param cause a sentence: what it waits for
     * @param owner who has to act: {@code drover}, {@code user}, {@code cluster}, a driver's kind
     * @param lookAgainIn when it is looked at again even if nothing changes; zero = only on a change
     * @param nextAction a sentence: what happens then, or what the owner should do
     */
    public record Waiting(String cause, String owner, Duration lookAgainIn, String nextAction) {}
}
