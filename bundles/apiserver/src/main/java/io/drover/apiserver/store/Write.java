package io.drover.apiserver.store;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A change that somebody wants made.
 *
 * @param expected revision that the object must have now; 0 = it must not be there
 * @param object the new state, or for a removal the last one; the store sets its {@code metadata.resourceVersion}
 * @param liveParent key of an object that must be there and not be being deleted; null = none
 * @param author who asked for it, as history tells it
 */
public record Write(String key, long expected, ObjectNode object, boolean removal, String liveParent, Author author) {

    public static Write create(String key, ObjectNode object, String liveParent, Author author) {
        return new Write(key, 0, object, false, liveParent, author);
    }

    public static Write replace(Stored before, ObjectNode object, Author author) {
        return new Write(before.key(), before.revision(), object, false, null, author);
    }

    public static Write remove(Stored before, ObjectNode last, Author author) {
        return new Write(before.key(), before.revision(), last, true, null, author);
    }
}
