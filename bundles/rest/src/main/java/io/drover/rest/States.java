package io.drover.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Finds out in which state an object is, from its conditions and metadata: {@code state}, {@code transitioning} and the message. */
final class States {

    private static final Duration YOUNG = Duration.ofSeconds(5);
    private static final Duration REMOVAL_TAKES_LONG = Duration.ofMinutes(5);

    private static final Set<String> BAD_WHEN_FALSE = Set.of("Failed", "Progressing");
    private static final Set<String> BAD_WHEN_TRUE = Set.of(
            "OutOfDisk",
            "MemoryPressure",
            "DiskPressure",
            "NetworkUnavailable",
            "KernelHasNoDeadlock",
            "Unschedulable",
            "ReplicaFailure");

    private static final Map<String, String> STATE_WHILE_NOT_TRUE = Map.ofEntries(
            Map.entry("Active", "activating"),
            Map.entry("InitialRolesPopulated", "activating"),
            Map.entry("AddonDeploy", "provisioning"),
            Map.entry("AgentDeployed", "provisioning"),
            Map.entry("CertsGenerated", "provisioning"),
            Map.entry("DockerProvisioned", "provisioning"),
            Map.entry("etcd", "provisioning"),
            Map.entry("NodesCreated", "provisioning"),
            Map.entry("Provisioned", "provisioning"),
            Map.entry("BackingNamespaceCreated", "configuring"),
            Map.entry("ConfigOK", "configuring"),
            Map.entry("CreatorMadeOwner", "configuring"),
            Map.entry("DefaultNamespaceAssigned", "configuring"),
            Map.entry("DefaultNetworkPolicyCreated", "configuring"),
            Map.entry("DefaultProjectCreated", "configuring"),
            Map.entry("Built", "building"),
            Map.entry("Created", "creating"),
            Map.entry("Deployed", "deploying"),
            Map.entry("Downloaded", "downloading"),
            Map.entry("Drained", "draining"),
            Map.entry("Installed", "installing"),
            Map.entry("Initialized", "initializing"),
            Map.entry("Inactive", "deactivating"),
            Map.entry("Pending", "pending"),
            Map.entry("PodScheduled", "scheduling"),
            Map.entry("Processed", "processed"),
            Map.entry("Reconciled", "reconciling"),
            Map.entry("Refreshed", "refreshed"),
            Map.entry("Registered", "registering"),
            Map.entry("Removed", "removing"),
            Map.entry("RunCompleted", "running"),
            Map.entry("Saved", "saving"),
            Map.entry("Updated", "updating"),
            Map.entry("Updating", "updating"),
            Map.entry("Upgraded", "upgrading"),
            Map.entry("Waiting", "waiting"),
            Map.entry("ScalingActive", "pending"),
            Map.entry("AbleToScale", "pending"));

    private static final Map<String, String> STATE_OF_A_WORKING_OBJECT = Map.of(
            "Completed", "activating", "Ready", "unavailable", "Available", "updating", "Progressing", "inactive");

    private final JsonNode stored;
    private final Instant now;
    private final List<String> messages = new ArrayList<>();
    private String state = "";
    private String transitioning = "no";

    private States(JsonNode stored, Instant now) {
        this.stored = stored;
        this.now = now;
    }

    static void show(JsonNode stored, Clock clock, ObjectNode resource) {
        States states = new States(stored, clock.instant());
        states.find();
        resource.put("state", states.state.toLowerCase(Locale.ROOT));
        resource.put("transitioning", states.transitioning);
        resource.put("transitioningMessage", String.join("; ", states.messages));
    }

    private void find() {
        JsonNode conditions = stored.path("status").path("conditions");
        conditions.forEach(this::error);
        conditions.forEach(this::step);
        if (state.isEmpty()) {
            conditions.forEach(this::work);
        }
        if (state.isEmpty() && stored.path("spec").path("active").isBoolean()) {
            state = stored.path("spec").path("active").asBoolean() ? "active" : "inactive";
        }
        String phase = stored.path("status").path("phase").asText();
        if (phase.equals("Succeeded") || state.isEmpty() && !phase.isEmpty()) {
            state = phase;
        }
        if (state.isEmpty() && conditions.isArray() && conditions.isEmpty() && isYoung()) {
            move("initializing", "yes");
        }
        removal();
        if (state.isEmpty()) {
            state = "active";
        }
    }

    private void error(JsonNode condition) {
        String type = condition.path("type").asText();
        boolean bad = BAD_WHEN_FALSE.contains(type) && is(condition, "False")
                || condition.path("reason").asText().equals("Error")
                || BAD_WHEN_TRUE.contains(type) && is(condition, "True");
        if (bad) {
            transitioning = "error";
            say(condition);
        }
    }

    private void step(JsonNode condition) {
        String whileNotTrue = STATE_WHILE_NOT_TRUE.get(condition.path("type").asText());
        if (whileNotTrue == null) {
            return;
        }
        if (is(condition, "False")) {
            move(whileNotTrue, "error");
            say(condition);
        } else if (is(condition, "Unknown") && state.isEmpty()) {
            move(whileNotTrue, transitioning.equals("error") ? "error" : "yes");
            say(condition);
        }
    }

    private void work(JsonNode condition) {
        String atWork = STATE_OF_A_WORKING_OBJECT.get(condition.path("type").asText());
        if (atWork != null && state.isEmpty() && !is(condition, "True")) {
            boolean unsure = is(condition, "Unknown") || transitioning.equals("error");
            move(atWork, unsure ? "error" : "yes");
            say(condition);
        }
    }

    private void removal() {
        String since = stored.path("metadata").path("deletionTimestamp").asText();
        if (since.isEmpty()) {
            return;
        }
        boolean stuck = age(since).compareTo(REMOVAL_TAKES_LONG) > 0;
        move("removing", stuck ? "error" : "yes");
        for (JsonNode finalizer : stored.path("metadata").path("finalizers")) {
            messages.add("waiting on " + finalizer.asText().replaceFirst("^.*/", ""));
        }
    }

    private boolean isYoung() {
        return age(stored.path("metadata").path("creationTimestamp").asText()).compareTo(YOUNG) < 0;
    }

    private Duration age(String since) {
        try {
            return Duration.between(Instant.parse(since), now);
        } catch (DateTimeParseException e) {
            return Duration.ZERO;
        }
    }

    private void move(String newState, String newTransitioning) {
        state = newState;
        transitioning = newTransitioning;
    }

    private void say(JsonNode condition) {
        String message = condition.path("message").asText();
        if (!message.isEmpty() && !messages.contains(message)) {
            messages.add(message);
        }
    }

    private static boolean is(JsonNode condition, String status) {
        return condition.path("status").asText().equals(status);
    }
}
