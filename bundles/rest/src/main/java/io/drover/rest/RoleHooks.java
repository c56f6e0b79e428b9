package io.drover.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.DroverException;
import io.drover.api.auth.Escalation;
import io.drover.api.kind.KindJson;
import io.drover.api.model.PolicyRule;
import io.drover.api.model.RoleTemplate;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Resource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Global roles and role templates: those that came with Drover stay what they are, and none gives more than its author has. */
abstract class RoleHooks extends TypeHooks {

    private final Escalation escalation;
    private final Set<String> changeableOfBuiltin;

    private RoleHooks(Escalation escalation, Set<String> changeableOfBuiltin) {
        this.escalation = escalation;
        this.changeableOfBuiltin = changeableOfBuiltin;
    }

    static RoleHooks ofGlobalRoles(Escalation escalation) {
        return new RoleHooks(escalation, Set.of("newUserDefault")) {
            @Override
            void checkDelete(Call call, ObjectNode stored) {
                refuseBuiltin(stored, "global roles");
            }
        };
    }

    static RoleHooks ofTemplates(Escalation escalation, ManagementPlane plane) {
        return new RoleHooks(escalation, Set.of("locked", "clusterCreatorDefault", "projectCreatorDefault")) {
            @Override
            void checkDelete(Call call, ObjectNode stored) {
                refuseBuiltin(stored, "role templates");
                refuseInherited(plane, name(stored));
            }

            @Override
            void checkCreate(Call call, ObjectNode resource) {
                super.checkCreate(call, resource);
                checkInheritance(plane, "", resource);
            }

            @Override
            void checkUpdate(Call call, ObjectNode resource, ObjectNode stored) {
                super.checkUpdate(call, resource, stored);
                checkInheritance(plane, name(stored), resource);
            }
        };
    }

    @Override
    boolean offers(String link, ObjectNode stored) {
        return !(link.equals("remove") && stored.path("builtin").asBoolean());
    }

    @Override
    void checkCreate(Call call, ObjectNode resource) {
        escalation.require(call.caller(), rules(resource));
    }

    /** What may not be changed of a built-in role is ignored, not refused: clients send whole objects back. */
    @Override
    void checkUpdate(Call call, ObjectNode resource, ObjectNode stored) {
        if (stored.path("builtin").asBoolean()) {
            resource.retain(changeableOfBuiltin);
        }
        escalation.require(call.caller(), rules(resource));
    }

    private static List<PolicyRule> rules(ObjectNode resource) {
        JsonNode rules = resource.path("rules");
        if (!rules.isArray()) {
            return List.of();
        }
        try {
            return KindJson.mapper()
                    .readerFor(new TypeReference<List<PolicyRule>>() {})
                    .readValue(rules.toString());
        } catch (JsonProcessingException e) {
            throw DroverException.invalid("InvalidFormat", "rules", e.getOriginalMessage());
        }
    }

    private static void refuseBuiltin(ObjectNode stored, String what) {
        if (stored.path("builtin").asBoolean()) {
            throw DroverException.denied("cannot delete builtin " + what);
        }
    }

    private static void refuseInherited(ManagementPlane plane, String name) {
        for (Resource<RoleTemplate> other : plane.objects(RoleTemplate.class).list()) {
            if (other.value().roleTemplateNames().contains(name)) {
                throw Refusal.conflict(
                        "Conflict",
                        "roletemplate [" + name + "] cannot be deleted because roletemplate [" + other.name()
                                + "] inherits from it");
            }
        }
    }

    private static void checkInheritance(ManagementPlane plane, String name, ObjectNode resource) {
        List<String> open = new ArrayList<>();
        resource.path("roleTemplateIds").forEach(id -> open.add(id.asText()));
        Set<String> seen = new HashSet<>();
        while (!open.isEmpty()) {
            String inherited = open.remove(open.size() - 1);
            if (inherited.equals(name)) {
                throw DroverException.invalid(
                        "InvalidState", "roleTemplateIds", "Role template " + name + " would inherit from itself");
            }
            if (seen.add(inherited)) {
                RoleTemplate template = plane.objects(RoleTemplate.class)
                        .get(inherited)
                        .map(Resource::value)
                        .orElseThrow(() -> DroverException.invalid(
                                "InvalidReference", "roleTemplateIds", "There is no role template " + inherited));
                open.addAll(template.roleTemplateNames());
            }
        }
    }

    private static String name(ObjectNode stored) {
        return stored.path("metadata").path("name").asText();
    }
}
