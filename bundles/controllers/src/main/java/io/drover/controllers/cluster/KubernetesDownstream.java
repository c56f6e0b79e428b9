package io.drover.controllers.cluster;

import static java.util.stream.Collectors.toMap;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.kind.KindJson;
import io.drover.api.model.Cluster;
import io.drover.api.model.PolicyRule;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NodeList;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.RequestConfig;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;

/** A cluster through a Kubernetes client; the only class here that imports its RBAC model. */
final class KubernetesDownstream implements Downstream {

    /** Carried by everything that Drover makes in a cluster beside its agent; its value is the cluster's id. */
    static final String OWNER = "drover.io/owner";

    private static final String ROLE_OWNER = "authz.cluster.cattle.io/clusterrole-owner";
    private static final String SOURCE = "authz.cluster.cattle.io/rtb-owner-updated";
    private static final String GLOBAL_ROLE_BINDING = "authz.cluster.cattle.io/globalrolebinding";
    private static final String RBAC = "rbac.authorization.k8s.io";

    private static final int REQUEST_MILLIS = 10_000;

    private final KubernetesClient cluster;

    /** @param cluster its own time-outs and retries are replaced by ours */
    KubernetesDownstream(KubernetesClient cluster) {
        RequestConfig bounds = new RequestConfigBuilder()
                .withRequestTimeout(REQUEST_MILLIS)
                .withRequestRetryBackoffLimit(0)
                .build();
        this.cluster = cluster.newClient(bounds).adapt(KubernetesClient.class);
    }

    @Override
    public String identity() {
        return asking("its identity", () -> {
            Namespace namespace = cluster.namespaces().withName("kube-system").get();
            if (namespace == null) {
                throw DroverException.unavailable("The cluster has no namespace kube-system to know it by");
            }
            return namespace.getMetadata().getUid();
        });
    }

    @Override
    public void requireReady() {
        asking("whether it is ready", () -> {
            if (cluster.raw("/readyz") == null) {
                throw DroverException.unavailable("The cluster's API server has no /readyz");
            }
            return null;
        });
    }

    @Override
    public Cluster.Version version() {
        return asking("its version", () -> KindJson.mapper().readValue(cluster.raw("/version"), Cluster.Version.class));
    }

    @Override
    public int nodeCount() {
        return asking("its nodes", () -> {
            NodeList first =
                    cluster.nodes().list(new ListOptionsBuilder().withLimit(1L).build());
            Long more = first.getMetadata().getRemainingItemCount();
            return first.getItems().size() + (more == null ? 0 : more.intValue());
        });
    }

    @Override
    public void allow(String owner, Set<Role> roles, Set<Binding> bindings) {
        asking("to set its roles", () -> {
            Map<String, ClusterRole> wantedRoles = roles.stream().collect(toMap(Role::name, role -> role(owner, role)));
            Map<String, ClusterRoleBinding> wantedBindings =
                    bindings.stream().collect(toMap(Binding::name, binding -> binding(owner, binding)));
            var clusterRoles = cluster.rbac().clusterRoles();
            var clusterRoleBindings = cluster.rbac().clusterRoleBindings();
            List<ClusterRole> ownRoles =
                    clusterRoles.withLabel(OWNER, owner).list().getItems();
            List<ClusterRoleBinding> ownBindings =
                    clusterRoleBindings.withLabel(OWNER, owner).list().getItems();
            removeOthers(ownBindings, wantedBindings, clusterRoleBindings);
            makeSo(ownRoles, wantedRoles, clusterRoles, ClusterRole::getRules, ROLE_OWNER);
            makeSo(
                    ownBindings,
                    wantedBindings,
                    clusterRoleBindings,
                    binding -> List.of(binding.getRoleRef(), binding.getSubjects()),
                    "");
            removeOthers(ownRoles, wantedRoles, clusterRoles);
            return null;
        });
    }

    private static <T extends HasMetadata> void removeOthers(
            List<T> own, Map<String, T> wanted, NonNamespaceOperation<T, ?, Resource<T>> operation) {
        for (T object : own) {
            if (!wanted.containsKey(object.getMetadata().getName())) {
                operation.withName(object.getMetadata().getName()).delete();
            }
        }
    }

    /** @param sibling annotation by which an object of another management server of our family is known, to be taken over */
    private static <T extends HasMetadata> void makeSo(
            List<T> own,
            Map<String, T> wanted,
            NonNamespaceOperation<T, ?, Resource<T>> operation,
            Function<T, ?> essence,
            String sibling) {
        Map<String, T> present =
                own.stream().collect(toMap(object -> object.getMetadata().getName(), Function.identity()));
        for (T object : wanted.values()) {
            String name = object.getMetadata().getName();
            T found = present.get(name);
            if (found == null) {
                found = operation.withName(name).get();
                if (found == null) {
                    operation.resource(object).create();
                    continue;
                }
                requireOurs(found, sibling);
            }
            if (!essence.apply(found).equals(essence.apply(object))
                    || !marksOf(found).equals(marksOf(object))) {
                operation.resource(object).update();
            }
        }
    }

    private static void requireOurs(HasMetadata found, String sibling) {
        Map<String, String> annotations = found.getMetadata().getAnnotations();
        Map<String, String> labels = found.getMetadata().getLabels();
        boolean siblings = sibling.isEmpty()
                || annotations != null && annotations.containsKey(sibling)
                || labels != null && labels.containsKey(OWNER);
        if (!siblings) {
            throw DroverException.rejected("The cluster has a " + found.getKind() + " "
                    + found.getMetadata().getName()
                    + " that is not Drover's: rename it there, or the role template here");
        }
    }

    private static List<Object> marksOf(HasMetadata object) {
        Map<String, String> labels = object.getMetadata().getLabels();
        return labels == null ? List.of() : List.of(labels.getOrDefault(OWNER, ""), labels.getOrDefault(SOURCE, ""));
    }

    private static ClusterRole role(String owner, Role role) {
        return new ClusterRoleBuilder()
                .withNewMetadata()
                .withName(role.name())
                .addToLabels(OWNER, owner)
                .addToAnnotations(ROLE_OWNER, role.name())
                .endMetadata()
                .withRules(role.rules().stream().map(KubernetesDownstream::rule).toList())
                .build();
    }

    private static io.fabric8.kubernetes.api.model.rbac.PolicyRule rule(PolicyRule rule) {
        return new PolicyRuleBuilder()
                .withApiGroups(rule.apiGroups())
                .withResources(lowerCase(rule.resources()))
                .withResourceNames(rule.resourceNames())
                .withNonResourceURLs(rule.nonResourceURLs())
                .withVerbs(lowerCase(rule.verbs()))
                .build();
    }

    private static List<String> lowerCase(List<String> words) {
        return words.stream().map(word -> word.toLowerCase(Locale.ROOT)).toList();
    }

    private static ClusterRoleBinding binding(String owner, Binding binding) {
        Map<String, String> labels = new HashMap<>(Map.of(OWNER, owner));
        Map<String, String> annotations = new HashMap<>();
        if (!binding.source().isEmpty()) {
            labels.put(SOURCE, binding.source());
        }
        if (!binding.globalRoleBinding().isEmpty()) {
            annotations.put(GLOBAL_ROLE_BINDING, binding.globalRoleBinding());
        }
        return new ClusterRoleBindingBuilder()
                .withNewMetadata()
                .withName(binding.name())
                .withLabels(labels)
                .withAnnotations(annotations)
                .endMetadata()
                .withNewRoleRef(RBAC, "ClusterRole", binding.role())
                .addNewSubject()
                .withApiGroup(RBAC)
                .withKind(binding.subjectKind())
                .withName(binding.subject())
                .endSubject()
                .build();
    }

    private static <T> T asking(String what, Callable<T> question) {
        try {
            return question.call();
        } catch (DroverException e) {
            throw e;
        } catch (KubernetesClientException e) {
            throw new DroverException(Fault.UNAVAILABLE, "Asking the cluster " + what + " failed: " + reason(e), e);
        } catch (JsonProcessingException e) {
            throw new DroverException(Fault.UNAVAILABLE, "Asked " + what + ", the cluster answered something else", e);
        } catch (Exception e) {
            throw new DroverException(Fault.UNAVAILABLE, "Asking the cluster " + what + " failed: " + reason(e), e);
        }
    }

    private static String reason(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return Objects.requireNonNullElse(root.getMessage(), root.getClass().getSimpleName());
    }
}
