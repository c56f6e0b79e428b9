package io.drover.apiserver.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.access.OwnRequests.Answered;
import io.drover.apiserver.request.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The roles and bindings that every plane has. What is missing of them is added at each start, unless one says that it is left alone. */
public final class DefaultRoles {

    private static final Logger log = LoggerFactory.getLogger(DefaultRoles.class);
    private static final String GROUP = "rbac.authorization.k8s.io";
    private static final String PATH = "/apis/" + GROUP + "/v1/";
    private static final String AUTO_UPDATE = "rbac.authorization.kubernetes.io/autoupdate";

    private final OwnRequests requests;

    public DefaultRoles(OwnRequests requests) {
        this.requests = requests;
    }

    /** A plane that can't be written to starts nevertheless. */
    public void addMissing() {
        try (InputStream stream = DefaultRoles.class.getResourceAsStream("default-roles.yaml")) {
            for (JsonNode role : Json.parse(stream.readAllBytes(), true)) {
                addMissing("clusterroles", role(role), "rules");
                if (role.has("to")) {
                    addMissing("clusterrolebindings", binding(role), "subjects");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The default roles can't be read", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void addMissing(String plural, ObjectNode wanted, String list) throws InterruptedException {
        String path = PATH + plural + "/" + wanted.at("/metadata/name").asText().replace(":", "%3A");
        Answered found = requests.get(path);
        Answered done = found;
        if (found.status() == 404) {
            done = requests.create(PATH + plural, wanted);
        } else if (found.isGood()
                && !found.body()
                        .at("/metadata/annotations")
                        .path(AUTO_UPDATE)
                        .asText("")
                        .equals("false")) {
            ObjectNode present = found.body();
            ArrayNode items = present.withArray(list);
            int before = items.size();
            for (JsonNode item : wanted.path(list)) {
                if (!contains(items, item)) {
                    items.add(item);
                }
            }
            if (items.size() > before && !present.has("aggregationRule")) {
                done = requests.update(path, present);
            }
        }
        if (!done.isGood()) {
            log.warn("A default role is not as it should be: path={} reason={}", path, done.message());
        }
    }

    private static boolean contains(ArrayNode items, JsonNode wanted) {
        for (JsonNode item : items) {
            if (item.equals(wanted)) {
                return true;
            }
        }
        return false;
    }

    private static ObjectNode role(JsonNode told) {
        ObjectNode role = object("ClusterRole", told);
        told.path("aggregate").forEach(to -> Json.child(Json.child(role, "metadata"), "labels")
                .put(GROUP + "/aggregate-to-" + to.asText(), "true"));
        if (told.has("aggregates")) {
            ArrayNode selectors = role.putObject("aggregationRule").putArray("clusterRoleSelectors");
            told.path("aggregates").forEach(from -> selectors
                    .addObject()
                    .putObject("matchLabels")
                    .put(GROUP + "/aggregate-to-" + from.asText(), "true"));
        } else {
            ArrayNode rules = role.putArray("rules");
            Rule.listOf(told.path("rules")).forEach(rule -> rules.add(rule.toJson()));
        }
        return role;
    }

    private static ObjectNode binding(JsonNode told) {
        ObjectNode binding = object("ClusterRoleBinding", told);
        binding.putObject("roleRef")
                .put("apiGroup", GROUP)
                .put("kind", "ClusterRole")
                .put("name", told.path("name").asText());
        ArrayNode subjects = binding.putArray("subjects");
        told.path("to").forEach(group -> subjects.addObject()
                .put("kind", "Group")
                .put("apiGroup", GROUP)
                .put("name", group.asText()));
        return binding;
    }

    private static ObjectNode object(String kind, JsonNode told) {
        ObjectNode object = Json.object().put("apiVersion", GROUP + "/v1").put("kind", kind);
        ObjectNode metadata =
                object.putObject("metadata").put("name", told.path("name").asText());
        metadata.putObject("labels").put("kubernetes.io/bootstrapping", "rbac-defaults");
        metadata.putObject("annotations").put(AUTO_UPDATE, "true");
        return object;
    }
}
