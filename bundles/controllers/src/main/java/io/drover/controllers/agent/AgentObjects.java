package io.drover.controllers.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** The objects of the import manifest. Names, order and environment are what existing agents, scripts and clean-up tools look for. */
final class AgentObjects {

    static final String NAMESPACE = "cattle-system";
    static final String AGENT = "cattle-cluster-agent";
    static final String ADMIN_ROLE = "cattle-admin";
    static final String ADMIN_BINDING = "cattle-admin-binding";
    static final String PROXY_ROLE = "proxy-clusterrole-kubeapiserver";
    static final String PROXY_BINDING = "proxy-role-binding-kubernetes-master";

    private static final String ACCOUNT = "cattle";
    private static final String RBAC = "rbac.authorization.k8s.io";
    private static final long AGENT_USER = 1000;
    private static final int OWNER_AND_GROUP_READ = 0440;

    private AgentObjects() {}

    /**
     * What an agent has to know.
     *
     * @param caChecksum empty when the server's certificate is from a public authority
     * @param registry that images are pulled from; empty for none in particular
     */
    record Wanted(String serverUrl, String token, String image, String registry, String caChecksum) {

        String credentials() {
            return "cattle-credentials-" + Fingerprints.credentialsKey(serverUrl, token, "");
        }

        @Override
        public String toString() {
            return "Wanted[" + serverUrl + ", " + image + "]";
        }
    }

    static List<HasMetadata> of(Wanted wanted) {
        return List.of(
                proxyRole(),
                proxyBinding(),
                namespace(),
                account(),
                adminBinding(),
                credentials(wanted),
                adminRole(),
                deployment(wanted),
                service());
    }

    private static HasMetadata proxyRole() {
        return new ClusterRoleBuilder()
                .withNewMetadata()
                .withName(PROXY_ROLE)
                .endMetadata()
                .addNewRule()
                .withApiGroups("")
                .withResources("nodes/metrics", "nodes/proxy", "nodes/stats", "nodes/log", "nodes/spec")
                .withVerbs("get", "list", "watch", "create")
                .endRule()
                .build();
    }

    private static HasMetadata proxyBinding() {
        return new ClusterRoleBindingBuilder()
                .withNewMetadata()
                .withName(PROXY_BINDING)
                .endMetadata()
                .withNewRoleRef(RBAC, "ClusterRole", PROXY_ROLE)
                .addNewSubject()
                .withApiGroup(RBAC)
                .withKind("User")
                .withName("kube-apiserver")
                .endSubject()
                .build();
    }

    private static HasMetadata namespace() {
        return new NamespaceBuilder()
                .withNewMetadata()
                .withName(NAMESPACE)
                .endMetadata()
                .build();
    }

    private static HasMetadata account() {
        return new ServiceAccountBuilder()
                .withNewMetadata()
                .withName(ACCOUNT)
                .withNamespace(NAMESPACE)
                .endMetadata()
                .build();
    }

    private static HasMetadata adminBinding() {
        return new ClusterRoleBindingBuilder()
                .withNewMetadata()
                .withName(ADMIN_BINDING)
                .addToLabels("cattle.io/creator", "norman")
                .endMetadata()
                .withNewRoleRef(RBAC, "ClusterRole", ADMIN_ROLE)
                .addNewSubject()
                .withKind("ServiceAccount")
                .withName(ACCOUNT)
                .withNamespace(NAMESPACE)
                .endSubject()
                .build();
    }

    private static HasMetadata credentials(Wanted wanted) {
        return new SecretBuilder()
                .withNewMetadata()
                .withName(wanted.credentials())
                .withNamespace(NAMESPACE)
                .endMetadata()
                .withType("Opaque")
                .addToData("url", base64(wanted.serverUrl()))
                .addToData("token", base64(wanted.token()))
                .addToData("namespace", "")
                .build();
    }

    private static HasMetadata adminRole() {
        return new ClusterRoleBuilder()
                .withNewMetadata()
                .withName(ADMIN_ROLE)
                .addToLabels("cattle.io/creator", "norman")
                .endMetadata()
                .addNewRule()
                .withApiGroups("*")
                .withResources("*")
                .withVerbs("*")
                .endRule()
                .addNewRule()
                .withNonResourceURLs("*")
                .withVerbs("*")
                .endRule()
                .build();
    }

    private static HasMetadata deployment(Wanted wanted) {
        return new DeploymentBuilder()
                .withNewMetadata()
                .withName(AGENT)
                .withNamespace(NAMESPACE)
                .addToAnnotations("management.cattle.io/scale-available", "2")
                .endMetadata()
                .withNewSpec()
                .withNewSelector()
                .addToMatchLabels("app", AGENT)
                .endSelector()
                .withNewStrategy()
                .withType("RollingUpdate")
                .withNewRollingUpdate()
                .withNewMaxUnavailable(0)
                .withNewMaxSurge(1)
                .endRollingUpdate()
                .endStrategy()
                .withNewTemplate()
                .withNewMetadata()
                .addToLabels("app", AGENT)
                .endMetadata()
                .withNewSpec()
                .withServiceAccountName(ACCOUNT)
                .withTerminationGracePeriodSeconds(10L)
                .withTolerations(TOLERATIONS)
                .withNewSecurityContext()
                .withRunAsNonRoot(true)
                .withRunAsUser(AGENT_USER)
                .withRunAsGroup(AGENT_USER)
                .withFsGroup(AGENT_USER)
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .endSecurityContext()
                .addNewContainer()
                .withName("cluster-register")
                .withImage(wanted.image())
                .withImagePullPolicy("IfNotPresent")
                .withEnv(environment(wanted))
                .withNewSecurityContext()
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .endSecurityContext()
                .withNewResources()
                .addToRequests(Map.of("cpu", new Quantity("20m"), "memory", new Quantity("64Mi")))
                .addToLimits(Map.of("memory", new Quantity("192Mi")))
                .endResources()
                .addNewVolumeMount()
                .withName("cattle-credentials")
                .withMountPath("/cattle-credentials")
                .withReadOnly(true)
                .endVolumeMount()
                .addNewVolumeMount()
                .withName("tmp")
                .withMountPath("/tmp")
                .endVolumeMount()
                .endContainer()
                .addNewVolume()
                .withName("cattle-credentials")
                .withNewSecret()
                .withSecretName(wanted.credentials())
                .withDefaultMode(OWNER_AND_GROUP_READ)
                .endSecret()
                .endVolume()
                .addNewVolume()
                .withName("tmp")
                .withNewEmptyDir()
                .withSizeLimit(new Quantity("64Mi"))
                .endEmptyDir()
                .endVolume()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }

    private static List<EnvVar> environment(Wanted wanted) {
        return List.of(
                variable("CATTLE_SERVER", wanted.serverUrl()),
                variable("CATTLE_CA_CHECKSUM", wanted.caChecksum()),
                variable("CATTLE_CLUSTER", "true"),
                variable("CATTLE_K8S_MANAGED", "true"),
                variable("CATTLE_CREDENTIAL_NAME", wanted.credentials()),
                variable("CATTLE_SYSTEM_DEFAULT_REGISTRY", wanted.registry()),
                variable("STRICT_VERIFY", wanted.caChecksum().isEmpty() ? "false" : "true"));
    }

    private static final List<Toleration> TOLERATIONS = List.of(
            toleration("node-role.kubernetes.io/control-plane", "NoSchedule"),
            toleration("node-role.kubernetes.io/controlplane", "NoSchedule"),
            toleration("node-role.kubernetes.io/master", "NoSchedule"),
            toleration("node-role.kubernetes.io/etcd", "NoExecute"));

    private static Toleration toleration(String key, String effect) {
        return new TolerationBuilder()
                .withKey(key)
                .withOperator("Exists")
                .withEffect(effect)
                .build();
    }

    private static HasMetadata service() {
        return new ServiceBuilder()
                .withNewMetadata()
                .withName(AGENT)
                .withNamespace(NAMESPACE)
                .endMetadata()
                .withNewSpec()
                .addToSelector("app", AGENT)
                .addNewPort()
                .withName("http")
                .withProtocol("TCP")
                .withPort(80)
                .withNewTargetPort(80)
                .endPort()
                .addNewPort()
                .withName("https-internal")
                .withProtocol("TCP")
                .withPort(443)
                .withNewTargetPort(444)
                .endPort()
                .endSpec()
                .build();
    }

    private static EnvVar variable(String name, String value) {
        return new EnvVarBuilder().withName(name).withValue(value).build();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }
}
