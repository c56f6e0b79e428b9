package io.drover.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.kind.KindJson;
import io.drover.api.model.GlobalRole;
import io.drover.api.model.RoleTemplate;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Objects;
import io.drover.api.plane.Resource;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The roles that every installation has. One that is there already is left as it is. */
final class BuiltinRoles {

    private final List<Resource<GlobalRole>> globalRoles = new ArrayList<>();
    private final List<Resource<RoleTemplate>> roleTemplates = new ArrayList<>();

    private BuiltinRoles() {}

    static BuiltinRoles read() {
        BuiltinRoles roles = new BuiltinRoles();
        try (InputStream stream = BuiltinRoles.class.getResourceAsStream("builtin-roles.yaml");
                MappingIterator<JsonNode> documents =
                        new YAMLMapper().readerFor(JsonNode.class).readValues(stream)) {
            while (documents.hasNext()) {
                if (documents.next() instanceof ObjectNode role) {
                    roles.add(role);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The built-in roles can't be read", e);
        }
        return roles;
    }

    List<Resource<GlobalRole>> globalRoles() {
        return List.copyOf(globalRoles);
    }

    List<Resource<RoleTemplate>> roleTemplates() {
        return List.copyOf(roleTemplates);
    }

    void createMissing(ManagementPlane plane) {
        createMissing(plane.objects(GlobalRole.class), globalRoles);
        createMissing(plane.objects(RoleTemplate.class), roleTemplates);
    }

    private void add(ObjectNode role) throws IOException {
        String name = role.path("name").asText();
        if (role.path("kind").asText().equals("GlobalRole")) {
            globalRoles.add(Resource.named(name, KindJson.mapper().treeToValue(role, GlobalRole.class)));
        } else {
            roleTemplates.add(Resource.named(name, KindJson.mapper().treeToValue(role, RoleTemplate.class)));
        }
    }

    private static <K extends Record> void createMissing(Objects<K> objects, List<Resource<K>> wanted) {
        Set<String> there = objects.list().stream().map(Resource::name).collect(Collectors.toSet());
        for (Resource<K> resource : wanted) {
            if (there.contains(resource.name())) {
                continue;
            }
            try {
                objects.create(resource);
            } catch (DroverException e) {
                // Another replica may be starting as well.
                if (e.fault() != Fault.CONFLICT) {
                    throw e;
                }
            }
        }
    }
}
