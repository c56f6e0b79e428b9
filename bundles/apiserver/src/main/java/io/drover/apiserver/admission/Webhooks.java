package io.drover.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.plane.Admission.Change;
import io.drover.apiserver.access.Following;
import io.drover.apiserver.access.Rights;
import io.drover.apiserver.cel.Budget;
import io.drover.apiserver.cel.CelFailure;
import io.drover.apiserver.kind.BuiltIns;
import io.drover.apiserver.kind.Kinds;
import io.drover.apiserver.kind.ResourceType;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.request.Refusal;
import io.drover.apiserver.request.Remarks;
import io.drover.apiserver.store.Store;
import io.drover.apiserver.store.Stored;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The webhooks that are configured. Those that change objects are asked one after the other, in the order of their configurations'
 * names, then those that only look. Their calls block.
 */
final class Webhooks extends Following implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Webhooks.class);

    private final Store store;
    private final Kinds kinds;
    private final Rights rights;
    private final WebhookClient client;
    private final BiFunction<ObjectNode, JsonNode, ObjectNode> jsonPatch;
    private final Map<String, List<Webhook>> configured = new TreeMap<>();
    private volatile List<Webhook> webhooks = List.of();

    Webhooks(
            Store store,
            Kinds kinds,
            Rights rights,
            WebhookClient client,
            BiFunction<ObjectNode, JsonNode, ObjectNode> jsonPatch) {
        super(store, List.of(BuiltIns.MUTATING_WEBHOOKS.topic(), BuiltIns.VALIDATING_WEBHOOKS.topic()));
        this.store = store;
        this.kinds = kinds;
        this.rights = rights;
        this.client = client;
        this.jsonPatch = jsonPatch;
    }

    /** Whether a change of this type may have to wait for one. */
    boolean mayConcern(ResourceType type) {
        catchUp();
        for (Webhook webhook : webhooks) {
            if (webhook.matching().mayConcern(type, kinds)) {
                return true;
            }
        }
        return false;
    }

    /** @param settle called after the object was changed */
    void mutate(Change change, ResourceType type, Runnable settle, Remarks remarks) {
        catchUp();
        Set<Webhook> asked = new LinkedHashSet<>();
        Set<Webhook> again = new LinkedHashSet<>();
        for (Webhook webhook : webhooks) {
            if (webhook.mutating() && mutate(webhook, change, type, settle, remarks)) {
                asked.stream().filter(Webhook::again).forEach(again::add);
            }
            asked.add(webhook);
        }
        for (Webhook webhook : again) {
            mutate(webhook, change, type, settle, remarks);
        }
    }

    /** Returns whether the object is another one afterwards. */
    private boolean mutate(Webhook webhook, Change change, ResourceType type, Runnable settle, Remarks remarks) {
        Optional<JsonNode> response = ask(webhook, change, type, remarks);
        if (response.isEmpty() || !response.get().hasNonNull("patch")) {
            return false;
        }
        ObjectNode before = change.object().deepCopy();
        try {
            byte[] patch =
                    Base64.getDecoder().decode(response.get().path("patch").asText());
            ObjectNode patched = jsonPatch.apply(before.deepCopy(), Json.parse(patch, false));
            keep(patched, before);
            change.object().removeAll();
            change.object().setAll(patched);
            settle.run();
        } catch (Refusal | IllegalArgumentException e) {
            change.object().removeAll();
            change.object().setAll(before);
            fail(webhook, "its patch can't be applied: " + e.getMessage());
        }
        return !before.equals(change.object());
    }

    /** What an object is called is not a webhook's to say. */
    private static void keep(ObjectNode patched, ObjectNode before) {
        for (String field : List.of("apiVersion", "kind")) {
            patched.set(field, before.path(field));
        }
        ObjectNode metadata = Json.child(patched, "metadata");
        for (String field : List.of(
                "name", "generateName", "namespace", "uid", "resourceVersion", "creationTimestamp", "generation")) {
            JsonNode value = before.path("metadata").get(field);
            if (value == null) {
                metadata.remove(field);
            } else {
                metadata.set(field, value);
            }
        }
    }

    void validate(Change change, ResourceType type, Remarks remarks) {
        catchUp();
        for (Webhook webhook : webhooks) {
            if (!webhook.mutating()) {
                ask(webhook, change, type, remarks);
            }
        }
    }

    /** Empty if it is not concerned, or failed and may. */
    private Optional<JsonNode> ask(Webhook webhook, Change change, ResourceType type, Remarks remarks) {
        Optional<ResourceType> as = webhook.matching().match(change, type, kinds, store);
        if (as.isEmpty() || !isWanted(webhook, change, type, as.get())) {
            return Optional.empty();
        }
        JsonNode response;
        try {
            response = client.ask(webhook, Reviewed.request(change, type, as.get()));
        } catch (IOException e) {
            fail(webhook, "failed to call webhook: " + e.getMessage());
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refusal.internal("the server is stopping");
        }
        response.path("warnings").forEach(warning -> remarks.warn(warning.asText()));
        response.path("auditAnnotations")
                .properties()
                .forEach(note -> remarks.annotate(
                        webhook.name() + "/" + note.getKey(), note.getValue().asText()));
        if (!response.path("allowed").asBoolean()) {
            throw denied(webhook, response.path("status"));
        }
        return Optional.of(response);
    }

    private boolean isWanted(Webhook webhook, Change change, ResourceType type, ResourceType as) {
        try {
            return webhook.conditions().hold(Reviewed.variables(change, type, as, rights), Budget.ofRequest());
        } catch (CelFailure e) {
            fail(webhook, "its match conditions can't be evaluated: " + e.getMessage());
            return false;
        }
    }

    /** Refuses the change unless the webhook may fail. */
    private static void fail(Webhook webhook, String reason) {
        if (!webhook.ignoresFailure()) {
            throw Refusal.internal("failed calling webhook \"" + webhook.name() + "\": " + reason);
        }
        log.warn(
                "A webhook failed and is passed over: configuration={} webhook={} reason={}",
                webhook.configuration(),
                webhook.name(),
                reason);
    }

    private static Refusal denied(Webhook webhook, JsonNode status) {
        String message = status.path("message").asText("");
        String reason = status.path("reason").asText("");
        String said = !message.isEmpty() ? ": " + message : !reason.isEmpty() ? ": " + reason : " without explanation";
        int code = status.path("code").asInt(0);
        boolean refusing = code >= 400 && code <= 599;
        return Refusal.because(
                refusing ? code : 403,
                reason.isEmpty() && (!refusing || code == 403) ? "Forbidden" : reason,
                "admission webhook \"" + webhook.name() + "\" denied the request" + said);
    }

    @Override
    protected void restart() {
        configured.clear();
    }

    @Override
    protected void take(Stored stored) {
        ObjectNode configuration = Json.read(stored.json());
        boolean mutating = stored.key().startsWith(BuiltIns.MUTATING_WEBHOOKS.topic());
        String name = configuration.at("/metadata/name").asText();
        List<Webhook> hooks = new ArrayList<>();
        for (JsonNode webhook : configuration.path("webhooks")) {
            hooks.add(Webhook.of(name, mutating, webhook));
        }
        configured.put(stored.key(), hooks);
    }

    @Override
    protected void drop(Stored last) {
        configured.remove(last.key());
    }

    @Override
    protected void settle() {
        List<Webhook> all = new ArrayList<>();
        configured.values().forEach(all::addAll);
        webhooks = List.copyOf(all);
    }

    @Override
    public void close() {
        client.close();
    }
}
