package io.drover.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.kind.RestType;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is special about one type; nothing, unless a method is overridden. Objects are in their stored form, resources in that of {@code
 * /v3}. A check refuses by throwing.
 */
abstract class TypeHooks {

    static final TypeHooks NONE = new TypeHooks() {};

    /** Whether everybody who is known may do this with his own objects: {@code create}, {@code update}, {@code delete}. */
    boolean anybodyMay(String verb) {
        return false;
    }

    /** Whether this object is the caller's own, which he may see, and change as far as checks allow, without any role. */
    boolean isOwn(Call call, ObjectNode stored) {
        return false;
    }

    /** Whether lists show a caller nothing but his own, whatever his roles. */
    boolean listsOwnOnly(Call call) {
        return false;
    }

    /** Whether it is left out of every list and can't be found. */
    boolean isHidden(Call call, ObjectNode stored) {
        return false;
    }

    /** Whether the link {@code update} or {@code remove} is shown to somebody who has the right. */
    boolean offers(String link, ObjectNode stored) {
        return true;
    }

    /** Those of its objects that a list is made of; all, unless there are too many to read them all. */
    List<ObjectNode> candidates(Call call, Store store) {
        return store.list();
    }

    void checkCreate(Call call, ObjectNode resource) {}

    /** Whether it can be changed at all, by whomever; asked before anything is said of rights. */
    void checkChangeable(Call call, ObjectNode stored) {}

    void checkUpdate(Call call, ObjectNode resource, ObjectNode stored) {}

    void checkDelete(Call call, ObjectNode stored) {}

    /** Has the last word on what is stored, before it is. */
    void store(Call call, ObjectNode resource, ObjectNode stored) {}

    /** Undoes what {@link #store} did elsewhere for an object that then could not be created. */
    void notCreated(ObjectNode stored) {}

    /** Completes what was just created; undoes it by itself before it throws. */
    void created(Call call, ObjectNode resource, ObjectNode stored) {}

    /** Has the last word on what is shown. */
    void show(Call call, ObjectNode stored, ObjectNode resource) {}

    Map<String, Action> actions() {
        return Map.of();
    }

    Map<String, Action> collectionActions() {
        return Map.of();
    }

    /** The one object that actions of the collection may change, the caller's own; empty if there is none. */
    Optional<ObjectId> concerned(Call call) {
        return Optional.empty();
    }

    /** The types that actions answer and nothing else has. */
    List<RestType> outputs() {
        return List.of();
    }
}
