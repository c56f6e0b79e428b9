package io.drover.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.DroverException;
import io.drover.api.plane.Admission;
import io.drover.api.plane.Admission.Change;
import io.drover.api.plane.Admission.Operation;
import io.drover.apiserver.access.Rights;
import io.drover.apiserver.kind.BuiltIns;
import io.drover.apiserver.kind.Kinds;
import io.drover.apiserver.kind.ResourceType;
import io.drover.apiserver.request.Refusal;
import io.drover.apiserver.request.Remarks;
import io.drover.apiserver.store.Store;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All who have a say in a change: plugins, then webhooks, to change it; plugins, policies and webhooks, to refuse it. Whoever fails is
 * taken to be against it, unless he is configured to be passed over.
 */
public final class AdmissionChain implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(AdmissionChain.class);
    private static final String ADMISSION_GROUP = "admissionregistration.k8s.io";

    private final Supplier<List<Admission>> admissions;
    private final Webhooks webhooks;
    private final Policies policies;

    /**
     * @param admissions in the order in which they are asked
     * @param rights that expressions may ask about
     * @param webhooksAtLoopback whether webhooks may be on this machine
     * @param jsonPatch applies a patch to an object
     */
    public AdmissionChain(
            Supplier<List<Admission>> admissions,
            Store store,
            Kinds kinds,
            Rights rights,
            boolean webhooksAtLoopback,
            BiFunction<ObjectNode, JsonNode, ObjectNode> jsonPatch) {
        this.admissions = admissions;
        this.webhooks = new Webhooks(store, kinds, rights, new WebhookClient(webhooksAtLoopback), jsonPatch);
        this.policies = new Policies(store, kinds, rights);
    }

    /** Whether asking about changes of this type may block. */
    public boolean mayBlock(ResourceType type) {
        return webhooks.mayConcern(type);
    }

    /**
     * Lets all change the object.
     *
     * @param settle brings the object into its usual form after others have changed it
     */
    public void mutate(Change change, ResourceType type, Runnable settle, Remarks remarks) {
        for (Admission admission : admissions.get()) {
            ask(admission, change, type, admission::mutate);
        }
        if (isOpenToConfigured(change, type)) {
            webhooks.mutate(change, type, settle, remarks);
        }
    }

    /** Refuses the change if one is against it. */
    public void validate(Change change, ResourceType type, Remarks remarks) {
        for (Admission admission : admissions.get()) {
            ask(admission, change, type, admission::validate);
        }
        if (isOpenToConfigured(change, type)) {
            policies.validate(change, type, remarks);
            webhooks.validate(change, type, remarks);
        }
    }

    /** Who is configured by objects has no say in how, nor in what Drover itself needs in order to start. */
    private static boolean isOpenToConfigured(Change change, ResourceType type) {
        boolean needed = type.equals(BuiltIns.CUSTOM_RESOURCE_DEFINITIONS)
                || type.equals(BuiltIns.NAMESPACES)
                || type.equals(BuiltIns.LEASES);
        return !change.group().equals(ADMISSION_GROUP)
                && !(change.caller().isSystem() && needed && change.operation() != Operation.DELETE);
    }

    private static void ask(Admission admission, Change change, ResourceType type, Consumer<Change> question) {
        try {
            if (wants(admission, change)) {
                question.accept(change);
            }
        } catch (Refusal e) {
            throw e;
        } catch (DroverException e) {
            throw refusal(e, change, type);
        } catch (RuntimeException | LinkageError e) {
            log.error("An admission failed, so its change is refused: admission={}", admission.getClass(), e);
            throw Refusal.internal("an admission failed; see the server's log");
        }
    }

    private static boolean wants(Admission admission, Change change) {
        var resources = admission.resources();
        return resources.contains("*")
                || resources.contains(change.group() + "/*")
                || resources.contains(change.group() + "/" + change.resource());
    }

    private static Refusal refusal(DroverException e, Change change, ResourceType type) {
        return switch (e.fault()) {
            case DENIED -> Refusal.forbidden(type, change.name(), e.getMessage());
            case REJECTED -> Refusal.rejected(type, change.name(), e.getMessage());
            default -> Refusal.internal(e.getMessage());
        };
    }

    @Override
    public void close() {
        webhooks.close();
    }
}
