package io.drover.apiserver.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.auth.Caller;
import io.drover.api.auth.Decision;
import io.drover.api.auth.Question;
import io.drover.apiserver.kind.BuiltIns;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.store.Store;
import io.drover.apiserver.store.Stored;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Kubernetes' roles and bindings, indexed by subject and namespace: a decision looks at the bindings of the caller alone, however many
 * there are of others. Any thread.
 */
public final class Rbac extends Following implements Keepers.Keeper {

    private static final String AUTHENTICATED = "system:authenticated";
    private static final List<String> TOPICS = List.of(
            BuiltIns.CLUSTER_ROLES.topic(),
            BuiltIns.ROLES.topic(),
            BuiltIns.CLUSTER_ROLE_BINDINGS.topic(),
            BuiltIns.ROLE_BINDINGS.topic());
    private static final Decision NO = new Decision(false, "");

    private final Map<String, List<Rule>> roles = new ConcurrentHashMap<>();
    private final Map<String, Grants> users = new ConcurrentHashMap<>();
    private final Map<String, Grants> groups = new ConcurrentHashMap<>();
    /** By the keys of their bindings; for the one thread that follows. */
    private final Map<String, List<Grant>> bindings = new HashMap<>();

    /**
     * What one subject was given by one binding.
     *
     * @param namespace empty for a cluster role binding
     * @param role where the role's rules are found
     * @param told the binding, role and subject as a sentence names them
     */
    private record Grant(String namespace, String subject, boolean group, String role, Told told) {

        Decision yes() {
            return new Decision(true, told.toString());
        }
    }

    private record Told(String binding, String roleKind, String role, String subjectKind, String subject) {
        @Override
        public String toString() {
            String kind = binding.indexOf('/') < 0 ? "ClusterRoleBinding" : "RoleBinding";
            return "RBAC: allowed by " + kind + " \"" + binding + "\" of " + roleKind + " \"" + role + "\" to "
                    + subjectKind + " \"" + subject + "\"";
        }
    }

    /** Grants that one thread adds and removes while others read: up to the first null. */
    private static final class Bag {
        private static final Grant[] NONE = {};
        private volatile Grant[] grants = NONE;
        private int size;

        void add(Grant grant) {
            Grant[] present = grants;
            Grant[] place = size < present.length ? present : Arrays.copyOf(present, Math.max(1, 2 * size));
            place[size++] = grant;
            grants = place;
        }

        void remove(Grant gone) {
            Grant[] rest = Arrays.stream(grants)
                    .filter(grant -> grant != null && grant != gone)
                    .toArray(Grant[]::new);
            size = rest.length;
            grants = rest;
        }
    }

    /** All that one subject was given: everywhere, and in single namespaces. */
    private static final class Grants {
        private final Bag everywhere = new Bag();
        private final Map<String, Bag> byNamespace = new ConcurrentHashMap<>(2);

        Grant[] in(String namespace) {
            Bag bag = namespace.isEmpty() ? everywhere : byNamespace.get(namespace);
            return bag == null ? Bag.NONE : bag.grants;
        }

        void add(Grant grant) {
            (grant.namespace.isEmpty() ? everywhere : byNamespace.computeIfAbsent(grant.namespace, n -> new Bag()))
                    .add(grant);
        }

        /** Returns whether nothing is left. */
        boolean remove(Grant grant) {
            if (grant.namespace.isEmpty()) {
                everywhere.remove(grant);
            } else {
                Bag bag = byNamespace.get(grant.namespace);
                bag.remove(grant);
                if (bag.size == 0) {
                    byNamespace.remove(grant.namespace);
                }
            }
            return everywhere.size == 0 && byNamespace.isEmpty();
        }
    }

    public Rbac(Store store) {
        super(store, TOPICS);
    }

    /** So that whoever asks seldom has to wait until changes are taken in. */
    @Override
    public void look() {
        catchUp();
    }

    /** Its reason names the binding that allows it, or the roles that are bound and not there. */
    public Decision decide(Caller caller, Question question) {
        catchUp();
        return ask(caller, question.namespace(), rule -> rule.allows(question));
    }

    /** @param verb the method in lower case */
    Decision decidePath(Caller caller, String verb, String path) {
        catchUp();
        return ask(caller, "", rule -> rule.allowsPath(verb, path));
    }

    /** All rules that hold for a caller in a namespace, or everywhere if it is empty. */
    List<Rule> rulesOf(Caller caller, String namespace) {
        catchUp();
        List<Rule> rules = new ArrayList<>();
        ask(caller, namespace, rule -> {
            rules.add(rule);
            return false;
        });
        return rules;
    }

    /** Rules of the role that a binding refers to; empty if it is not there. */
    Optional<List<Rule>> rulesOfRole(String kind, String namespace, String name) {
        catchUp();
        return Optional.ofNullable(roles.get(kind.equals("Role") ? namespace + "/" + name : name));
    }

    private Decision ask(Caller caller, String namespace, Predicate<Rule> allows) {
        List<String> missing = null;
        boolean authenticated = false;
        List<String> names = caller.groups();
        for (int i = -1; i <= names.size(); i++) {
            Grants grants;
            if (i < 0) {
                grants = users.get(caller.userId());
            } else if (i < names.size()) {
                authenticated |= names.get(i).equals(AUTHENTICATED);
                grants = groups.get(names.get(i));
            } else {
                // Whoever comes this far has proved who he is.
                grants = authenticated ? null : groups.get(AUTHENTICATED);
            }
            if (grants == null) {
                continue;
            }
            Decision found = first(grants.in(""), allows);
            if (found == null && !namespace.isEmpty()) {
                found = first(grants.in(namespace), allows);
            }
            if (found != null) {
                return found;
            }
            missing = missing(grants.in(""), missing);
            if (!namespace.isEmpty()) {
                missing = missing(grants.in(namespace), missing);
            }
        }
        return missing == null ? NO : new Decision(false, "RBAC: " + listed(missing));
    }

    private Decision first(Grant[] grants, Predicate<Rule> allows) {
        for (Grant grant : grants) {
            if (grant == null) {
                break;
            }
            List<Rule> rules = roles.get(grant.role);
            if (rules != null) {
                for (int i = 0; i < rules.size(); i++) {
                    if (allows.test(rules.get(i))) {
                        return grant.yes();
                    }
                }
            }
        }
        return null;
    }

    private List<String> missing(Grant[] grants, List<String> found) {
        List<String> missing = found;
        for (Grant grant : grants) {
            if (grant == null) {
                break;
            }
            if (!roles.containsKey(grant.role)) {
                missing = missing == null ? new ArrayList<>() : missing;
                int slash = grant.role.indexOf('/');
                String text = (slash < 0 ? "clusterrole" : "role") + ".rbac.authorization.k8s.io \""
                        + grant.role.substring(slash + 1) + "\" not found";
                if (!missing.contains(text)) {
                    missing.add(text);
                }
            }
        }
        return missing;
    }

    private static String listed(List<String> texts) {
        return texts.size() == 1 ? texts.get(0) : "[" + String.join(", ", texts) + "]";
    }

    @Override
    protected void restart() {
        roles.clear();
        users.clear();
        groups.clear();
        bindings.clear();
    }

    @Override
    protected void take(Stored stored) {
        ObjectNode object = Json.read(stored.json());
        if (isRole(stored)) {
            roles.put(roleKey(stored), Rule.listOf(object.path("rules")));
        } else {
            remove(bindings.remove(stored.key()));
            List<Grant> grants = grants(object);
            bindings.put(stored.key(), grants);
            for (Grant grant : grants) {
                (grant.group ? groups : users)
                        .computeIfAbsent(grant.subject, s -> new Grants())
                        .add(grant);
            }
        }
    }

    @Override
    protected void drop(Stored last) {
        if (isRole(last)) {
            roles.remove(roleKey(last));
        } else {
            remove(bindings.remove(last.key()));
        }
    }

    private void remove(List<Grant> gone) {
        if (gone == null) {
            return;
        }
        for (Grant grant : gone) {
            Map<String, Grants> subjects = grant.group ? groups : users;
            if (subjects.get(grant.subject).remove(grant)) {
                subjects.remove(grant.subject);
            }
        }
    }

    private static boolean isRole(Stored stored) {
        return stored.key().startsWith(BuiltIns.ROLES.topic())
                || stored.key().startsWith(BuiltIns.CLUSTER_ROLES.topic());
    }

    /** {@code namespace/name}, or the name alone for a cluster role: names have no slashes. */
    private static String roleKey(Stored role) {
        String topic =
                role.key().startsWith(BuiltIns.ROLES.topic()) ? BuiltIns.ROLES.topic() : BuiltIns.CLUSTER_ROLES.topic();
        return role.key().substring(topic.length());
    }

    private static List<Grant> grants(ObjectNode binding) {
        String namespace = binding.at("/metadata/namespace").asText("");
        String roleKind = binding.at("/roleRef/kind").asText();
        String roleName = binding.at("/roleRef/name").asText();
        String role = roleKind.equals("Role") ? namespace + "/" + roleName : roleName;
        String ownName = binding.at("/metadata/name").asText();
        String bindingName = namespace.isEmpty() ? ownName : ownName + "/" + namespace;
        List<Grant> grants = new ArrayList<>();
        for (JsonNode subject : binding.path("subjects")) {
            String kind = subject.path("kind").asText();
            String name = subject.path("name").asText();
            boolean account = kind.equals("ServiceAccount");
            String of = subject.path("namespace").asText(namespace);
            Told told = new Told(bindingName, roleKind, roleName, kind, account ? name + "/" + of : name);
            String subjectName = account ? ServiceAccounts.userName(of, name) : name;
            grants.add(new Grant(namespace, subjectName, kind.equals("Group"), role, told));
        }
        return List.copyOf(grants);
    }
}
