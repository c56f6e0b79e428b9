package io.drover.apiserver.store;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What holds for objects together, and what changes along with them. Called on the writer's thread: it answers at once, from what it is
 * given.
 */
public interface Companion {

    Companion NONE = new Companion() {
        @Override
        public Optional<String> refuse(Write write, Snapshot before) {
            return Optional.empty();
        }

        @Override
        public List<Write> follow(Set<String> keys, Snapshot after) {
            return List.of();
        }
    };

    /**
     * Why a change can't be made.
     *
     * @param before everything as it is right before it
     */
    Optional<String> refuse(Write write, Snapshot before);

    /**
     * Replacements of objects that are made in one with other changes.
     *
     * @param keys of what was created, changed or removed
     * @param after everything as it is then
     */
    List<Write> follow(Set<String> keys, Snapshot after);
}
