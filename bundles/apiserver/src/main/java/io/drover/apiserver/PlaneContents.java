package io.drover.apiserver;

import io.drover.api.model.AuthConfig;
import io.drover.api.model.Cluster;
import io.drover.api.model.ClusterRegistrationToken;
import io.drover.api.model.ClusterRoleTemplateBinding;
import io.drover.api.model.GlobalRole;
import io.drover.api.model.GlobalRoleBinding;
import io.drover.api.model.RoleTemplate;
import io.drover.api.model.Setting;
import io.drover.api.model.Token;
import io.drover.api.model.User;
import io.drover.api.model.UserAttribute;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;

/** What every management plane holds, wherever it lives. */
public final class PlaneContents {

    /** The kinds that Drover itself brings; plugins bring more. */
    public static final List<Class<? extends Record>> CORE_KINDS = List.of(
            AuthConfig.class,
            Cluster.class,
            ClusterRegistrationToken.class,
            ClusterRoleTemplateBinding.class,
            GlobalRole.class,
            GlobalRoleBinding.class,
            RoleTemplate.class,
            Setting.class,
            Token.class,
            User.class,
            UserAttribute.class);

    /** Those that every Kubernetes has by itself are named, too: the embedded one is made here. */
    public static final List<String> NAMESPACES = List.of(
            "default",
            "kube-system",
            "kube-public",
            "kube-node-lease",
            "cattle-system",
            "cattle-global-data",
            "cattle-global-nt",
            "local",
            "fleet-default",
            "fleet-local");

    private PlaneContents() {}

    /** Makes the namespaces that are missing. Several processes may do so at once. */
    static void makeNamespaces(KubernetesClient client) {
        for (String name : NAMESPACES) {
            if (client.namespaces().withName(name).get() == null) {
                make(client, name);
            }
        }
    }

    private static void make(KubernetesClient client, String namespace) {
        try {
            client.namespaces()
                    .resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(namespace)
                            .endMetadata()
                            .build())
                    .create();
        } catch (KubernetesClientException e) {
            if (e.getCode() != 409) {
                throw e;
            }
        }
    }
}
