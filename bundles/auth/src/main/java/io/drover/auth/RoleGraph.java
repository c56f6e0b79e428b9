package io.drover.auth;

import io.drover.api.auth.Authorizer.ClusterGrant;
import io.drover.api.auth.Caller;
import io.drover.api.auth.Decision;
import io.drover.api.auth.Question;
import io.drover.api.model.ClusterRoleTemplateBinding;
import io.drover.api.model.GlobalRole;
import io.drover.api.model.GlobalRoleBinding;
import io.drover.api.model.PolicyRule;
import io.drover.api.model.RoleTemplate;
import io.drover.api.plane.Resource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Who has which role by which binding: an immutable picture, and the answers that follow from it. */
final class RoleGraph {

    static final RoleGraph EMPTY = new RoleGraph(List.of(), List.of(), List.of(), List.of());

    static final String MANAGEMENT = "management.cattle.io";

    /** The global role that every user has without a binding. */
    private static final String EVERYBODYS_ROLE = "user-base";

    private static final String CLUSTER_ADMIN = "cluster-admin";

    /** What a role in a cluster says of objects in the cluster's namespace of the management plane; all else there is not its matter. */
    private static final Set<String> CLUSTER_RESOURCES = Set.of(
            MANAGEMENT + "/clusterscans",
            MANAGEMENT + "/clusterregistrationtokens",
            MANAGEMENT + "/clusterroletemplatebindings",
            MANAGEMENT + "/etcdbackups",
            MANAGEMENT + "/nodes",
            MANAGEMENT + "/nodepools",
            MANAGEMENT + "/projects",
            "rke.cattle.io/etcdsnapshots",
            "operation.cattle.io/etcdsnapshotsaves",
            "operation.cattle.io/etcdsnapshotrestores",
            "operation.cattle.io/encryptionkeyrotations");

    private enum SubjectKind {
        USER,
        GROUP,
        PRINCIPAL
    }

    private record Subject(SubjectKind kind, String name) {

        @Override
        public String toString() {
            return kind == SubjectKind.GROUP ? "group " + name : "user " + name;
        }
    }

    /** A binding, as kind and path, of {@code role} to {@code subject}. */
    private record Edge(String binding, Subject subject, String role) {

        Decision yes() {
            return new Decision(true, binding.replaceFirst("/", " ") + " gives " + role + " to " + subject);
        }
    }

    /** A role template with all that it inherits. */
    private record Gathered(Set<String> names, List<PolicyRule> rules, boolean owns) {}

    private final Map<String, List<PolicyRule>> globalRoles = new HashMap<>();
    private final Map<Subject, List<Edge>> globalEdges = new HashMap<>();
    private final Map<String, Gathered> templates = new HashMap<>();
    private final Map<String, Map<Subject, List<Edge>>> clusterEdges = new HashMap<>();

    RoleGraph(
            Collection<Resource<GlobalRole>> globalRoles,
            Collection<Resource<GlobalRoleBinding>> globalRoleBindings,
            Collection<Resource<RoleTemplate>> roleTemplates,
            Collection<Resource<ClusterRoleTemplateBinding>> clusterRoleTemplateBindings) {
        globalRoles.forEach(
                role -> this.globalRoles.put(role.name(), role.value().rules()));
        Map<String, RoleTemplate> byName = new HashMap<>();
        roleTemplates.forEach(template -> byName.put(template.name(), template.value()));
        byName.keySet().forEach(name -> templates.put(name, gather(name, byName)));
        byName(globalRoleBindings).forEach(this::add);
        byName(clusterRoleTemplateBindings).forEach(this::addToCluster);
    }

    Decision decide(Caller caller, Question question) {
        if (caller.isSystem()) {
            return new Decision(true, "Drover itself may do everything");
        }
        List<Subject> subjects = subjects(caller);
        return inCluster(subjects, question)
                .or(() -> globally(subjects, question))
                .orElseGet(() -> no(caller, question));
    }

    /** @param userOf the id of the user that has a principal */
    Set<ClusterGrant> grantsIn(String clusterId, Function<String, Optional<String>> userOf) {
        Map<String, ClusterGrant> grants = new LinkedHashMap<>();
        globalEdges.values().stream()
                .flatMap(List::stream)
                .filter(edge -> Rules.allowEverything(globalRoles.getOrDefault(edge.role(), List.of())))
                .forEach(edge -> add(grants, edge, CLUSTER_ADMIN, userOf));
        clusterEdges.getOrDefault(clusterId, Map.of()).values().stream()
                .flatMap(List::stream)
                .forEach(edge -> gathered(edge.role()).names().forEach(name -> add(grants, edge, name, userOf)));
        return Set.copyOf(grants.values());
    }

    private static void add(
            Map<String, ClusterGrant> grants, Edge edge, String role, Function<String, Optional<String>> userOf) {
        Subject subject = edge.subject();
        Optional<String> name =
                subject.kind() == SubjectKind.PRINCIPAL ? userOf.apply(subject.name()) : Optional.of(subject.name());
        String kind = subject.kind() == SubjectKind.GROUP ? "Group" : "User";
        name.ifPresent(
                n -> grants.putIfAbsent(kind + " " + n + " " + role, new ClusterGrant(kind, n, role, edge.binding())));
    }

    private Optional<Decision> inCluster(List<Subject> subjects, Question question) {
        boolean ofClusterItself = question.group().equals(MANAGEMENT)
                && question.resource().equals("clusters")
                && question.namespace().isEmpty();
        if (ofClusterItself) {
            boolean looking = question.verb().equals("get") || question.verb().equals("watch");
            return first(
                    subjects,
                    clusterEdges.get(question.name()),
                    edge -> looking || gathered(edge.role()).owns());
        }
        if (!CLUSTER_RESOURCES.contains(question.group() + "/" + withoutSubresource(question.resource()))) {
            return Optional.empty();
        }
        return first(
                subjects,
                clusterEdges.get(question.namespace()),
                edge -> Rules.allow(gathered(edge.role()).rules(), question));
    }

    private Optional<Decision> globally(List<Subject> subjects, Question question) {
        return first(
                        subjects,
                        globalEdges,
                        edge -> Rules.allow(globalRoles.getOrDefault(edge.role(), List.of()), question))
                .or(() -> Rules.allow(globalRoles.getOrDefault(EVERYBODYS_ROLE, List.of()), question)
                        ? Optional.of(new Decision(true, "every user has the role " + EVERYBODYS_ROLE))
                        : Optional.empty());
    }

    private static Optional<Decision> first(
            List<Subject> subjects, Map<Subject, List<Edge>> edges, Function<Edge, Boolean> allows) {
        if (edges == null) {
            return Optional.empty();
        }
        for (Subject subject : subjects) {
            for (Edge edge : edges.getOrDefault(subject, List.of())) {
                if (allows.apply(edge)) {
                    return Optional.of(edge.yes());
                }
            }
        }
        return Optional.empty();
    }

    private static Decision no(Caller caller, Question question) {
        boolean ofOneCluster = question.group().equals(MANAGEMENT)
                && ((question.resource().equals("clusters") && !question.name().isEmpty())
                        || !question.namespace().isEmpty());
        return new Decision(
                false,
                "no role of user " + caller.userId() + " allows " + question + "; ask an administrator "
                        + (ofOneCluster ? "or owner for a role in this cluster" : "for a role that does"));
    }

    private static List<Subject> subjects(Caller caller) {
        List<Subject> subjects = new ArrayList<>();
        subjects.add(new Subject(SubjectKind.USER, caller.userId()));
        caller.groups().forEach(group -> subjects.add(new Subject(SubjectKind.GROUP, group)));
        caller.extra()
                .getOrDefault("principalid", List.of())
                .forEach(principal -> subjects.add(new Subject(SubjectKind.PRINCIPAL, principal)));
        return subjects;
    }

    private void add(Resource<GlobalRoleBinding> binding) {
        GlobalRoleBinding value = binding.value();
        subject(value.userName(), null, value.groupPrincipalName()).ifPresent(subject -> globalEdges
                .computeIfAbsent(subject, s -> new ArrayList<>())
                .add(new Edge("GlobalRoleBinding/" + binding.name(), subject, value.globalRoleName())));
    }

    private void addToCluster(Resource<ClusterRoleTemplateBinding> binding) {
        ClusterRoleTemplateBinding value = binding.value();
        String cluster = binding.namespace().orElse("");
        // A binding counts in the cluster whose namespace it is in: there its writer was allowed to write.
        if (present(value.clusterName()) && !value.clusterName().equals(cluster)) {
            return;
        }
        String group = present(value.groupPrincipalName()) ? value.groupPrincipalName() : value.groupName();
        subject(value.userName(), value.userPrincipalName(), group).ifPresent(subject -> clusterEdges
                .computeIfAbsent(cluster, c -> new HashMap<>())
                .computeIfAbsent(subject, s -> new ArrayList<>())
                .add(new Edge(
                        "ClusterRoleTemplateBinding/" + cluster + "/" + binding.name(),
                        subject,
                        value.roleTemplateName())));
    }

    private static Optional<Subject> subject(String user, String userPrincipal, String group) {
        if (present(user)) {
            return Optional.of(new Subject(SubjectKind.USER, user));
        }
        if (present(userPrincipal)) {
            return Optional.of(new Subject(SubjectKind.PRINCIPAL, userPrincipal));
        }
        return present(group) ? Optional.of(new Subject(SubjectKind.GROUP, group)) : Optional.empty();
    }

    private Gathered gathered(String template) {
        return templates.getOrDefault(template == null ? "" : template, new Gathered(Set.of(), List.of(), false));
    }

    private static Gathered gather(String template, Map<String, RoleTemplate> byName) {
        Set<String> names = new LinkedHashSet<>();
        List<PolicyRule> rules = new ArrayList<>();
        List<String> next = new ArrayList<>(List.of(template));
        while (!next.isEmpty()) {
            String name = next.remove(next.size() - 1);
            RoleTemplate found = byName.get(name);
            // A template that was gathered already is not gathered again, so one that inherits itself does no harm.
            if (found == null || !names.add(name)) {
                continue;
            }
            rules.addAll(found.rules());
            next.addAll(found.roleTemplateNames());
        }
        boolean owns = Rules.allow(rules, new Question("own", MANAGEMENT, "clusters", "", ""));
        return new Gathered(Set.copyOf(names), List.copyOf(rules), owns);
    }

    private static <K extends Record> List<Resource<K>> byName(Collection<Resource<K>> resources) {
        return resources.stream()
                .filter(resource -> !resource.isBeingDeleted())
                .sorted(Comparator.comparing(Resource::name))
                .toList();
    }

    private static String withoutSubresource(String resource) {
        int slash = resource.indexOf('/');
        return slash < 0 ? resource : resource.substring(0, slash);
    }

    private static boolean present(String text) {
        return text != null && !text.isEmpty();
    }
}
