package io.drover.controllers.cluster;

import io.drover.api.auth.Authorizer.ClusterGrant;
import io.drover.api.model.RoleTemplate;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** Which roles and bindings a cluster should hold, worked out from who was granted what. */
record WantedAccess(Set<Downstream.Role> roles, Set<Downstream.Binding> bindings) {

    private static final String CLUSTER_ADMIN = "cluster-admin";
    private static final String GLOBAL_ROLE_BINDING = "GlobalRoleBinding/";
    private static final String CLUSTER_BINDING = "ClusterRoleTemplateBinding/";

    WantedAccess {
        roles = Set.copyOf(roles);
        bindings = Set.copyOf(bindings);
    }

    /** @param templates by name; a template that is not there gives nothing */
    static WantedAccess of(Set<ClusterGrant> grants, Function<String, Optional<RoleTemplate>> templates) {
        Map<String, Downstream.Role> roles = new TreeMap<>();
        Map<String, Downstream.Binding> bindings = new TreeMap<>();
        // In a fixed order: of several grants of one role to one subject, always the same one is told as the source.
        List<ClusterGrant> ordered = grants.stream()
                .sorted(Comparator.comparing(ClusterGrant::binding).thenComparing(ClusterGrant::toString))
                .toList();
        for (ClusterGrant grant : ordered) {
            if (isGlobalAdministrator(grant)) {
                Downstream.Binding binding = globalAdministrator(grant);
                bindings.putIfAbsent(binding.name(), binding);
                continue;
            }
            for (String name : gathered(grant.roleTemplate(), templates)) {
                RoleTemplate template = templates.apply(name).orElseThrow();
                if (!Boolean.TRUE.equals(template.external())) {
                    roles.put(name, new Downstream.Role(name, template.rules()));
                }
                Downstream.Binding binding = binding(grant, name);
                bindings.putIfAbsent(binding.name(), binding);
            }
        }
        return new WantedAccess(Set.copyOf(roles.values()), Set.copyOf(bindings.values()));
    }

    private static boolean isGlobalAdministrator(ClusterGrant grant) {
        return grant.roleTemplate().equals(CLUSTER_ADMIN) && grant.binding().startsWith(GLOBAL_ROLE_BINDING);
    }

    private static Downstream.Binding globalAdministrator(ClusterGrant grant) {
        return new Downstream.Binding(
                AccessNames.globalAdministrator(grant.subjectKind(), grant.subject()),
                CLUSTER_ADMIN,
                grant.subjectKind(),
                grant.subject(),
                "",
                grant.binding().substring(GLOBAL_ROLE_BINDING.length()));
    }

    private static Downstream.Binding binding(ClusterGrant grant, String role) {
        String source = grant.binding().startsWith(CLUSTER_BINDING)
                ? grant.binding().substring(CLUSTER_BINDING.length()).replace('/', '_')
                : grant.binding().replace('/', '_');
        return new Downstream.Binding(
                AccessNames.clusterRoleBinding(role, grant.subjectKind(), grant.subject()),
                role,
                grant.subjectKind(),
                grant.subject(),
                AccessNames.labelValue(source),
                "");
    }

    /** The template and all that it inherits from, each once, also where they inherit in a circle. */
    private static Set<String> gathered(String template, Function<String, Optional<RoleTemplate>> templates) {
        Set<String> found = new LinkedHashSet<>();
        gather(template, templates, found);
        return found;
    }

    private static void gather(String template, Function<String, Optional<RoleTemplate>> templates, Set<String> found) {
        Optional<RoleTemplate> known = templates.apply(template);
        if (known.isPresent() && found.add(template)) {
            known.get().roleTemplateNames().forEach(inherited -> gather(inherited, templates, found));
        }
    }
}
