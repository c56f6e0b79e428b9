package io.drover.api.plane;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.auth.Caller;
import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A say in the changes of the management plane's objects: an OSGi service. All are asked about every change that they want to see, in
 * the order of their {@code service.ranking}, highest first; what one of them refuses is not done.
 *
 * <p><b>Threads.</b> Calls overlap, and come on threads that serve requests: they answer from memory, within milliseconds, and never
 * ask the management plane itself.
 *
 * <p><b>Repetition.</b> A change that meets another one is made anew, and its admissions are asked anew. An admission has no effects of
 * its own.
 *
 * <p><b>Errors.</b> A {@link io.drover.api.DroverException} refuses the change, and its message is shown to whoever wants it:
 * {@code DENIED} answers 403, {@code REJECTED} 422. Anything else that is thrown refuses it too, as an internal error.
 */
@ConsumerType
public interface Admission {

    /** What happens to an object. */
    enum Operation {
        CREATE,
        UPDATE,
        DELETE
    }

    /** The resources whose changes it wants to see: {@code group/plural}, {@code group/*}, or {@code *} for all; the core group is empty. */
    Set<String> resources();

    /** May change {@link Change#object}; whatever comes of it must still be valid. Not called for deletions. */
    default void mutate(Change change) {}

    /** Looks at the object as it would be stored, after all have changed it. */
    default void validate(Change change) {}

    /**
     * A change that somebody wants.
     *
     * @param caller who wants it; {@link Caller#SYSTEM} is Drover itself, also on behalf of those who use {@code /v3}
     * @param version as which the object is seen
     * @param subresource {@code status} and the like; empty for the object itself
     * @param namespace empty for cluster scope
     * @param name empty while it is not yet generated
     * @param object the new state; for a deletion the one that goes
     * @param before the present state; empty for a creation
     * @param dryRun whether nothing will be stored
     */
    record Change(
            Operation operation,
            Caller caller,
            String group,
            String version,
            String resource,
            String subresource,
            String namespace,
            String name,
            ObjectNode object,
            Optional<ObjectNode> before,
            boolean dryRun) {}
}
