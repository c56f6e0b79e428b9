package io.drover.apiserver.store;

import java.time.Instant;
import java.util.Optional;

/**
 * One step in an object's history.
 *
 * @param json what it was from then on; empty when it was deleted
 */
public record Revision(long number, Instant time, Author author, Optional<byte[]> json) {}
