/**
 * Where objects are kept: every write is a revision in a log on disk, the current state is an immutable tree in memory, and feeds tell
 * of changes. Start at {@link io.drover.apiserver.store.Store}. Nothing here knows what an object means.
 */
package io.drover.apiserver.store;
