package io.drover.apiserver.crash;

/**
 * A change of one key as a watch told it.
 *
 * @param value null for a deletion
 */
record Change(String key, long revision, String value, String uid) {}
