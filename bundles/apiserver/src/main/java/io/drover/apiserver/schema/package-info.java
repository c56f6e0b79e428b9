/**
 * Structural schemas: what fields an object has, and with that pruning, defaulting, validation, the merging of lists and documents for
 * {@code kubectl explain}. Start at {@link io.drover.apiserver.schema.Schema}.
 */
package io.drover.apiserver.schema;
