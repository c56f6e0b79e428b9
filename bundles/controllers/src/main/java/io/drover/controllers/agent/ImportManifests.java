package io.drover.controllers.agent;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.cluster.AgentManifests;
import io.drover.api.model.Cluster;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Watched;
import io.drover.controllers.settings.Settings;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.RequestConfig;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Writes import manifests, and takes back what they made. */
@Component
public final class ImportManifests implements AgentManifests {

    private static final int REQUEST_MILLIS = 5_000;

    private final Settings settings;
    private final Watched<Cluster> clusters;

    @Activate
    public ImportManifests(@Reference ManagementPlane plane) {
        this.settings = new Settings(plane);
        this.clusters = plane.watched(Cluster.class);
    }

    @Override
    public String manifest(String clusterId, String token, URI serverUrl) {
        Optional<String> override = clusters.get(clusterId)
                .map(cluster -> cluster.value().spec().agentImageOverride())
                .filter(image -> !image.isEmpty());
        AgentObjects.Wanted wanted = new AgentObjects.Wanted(
                serverUrl.toString(),
                token,
                override.orElseGet(() -> settings.pulled(settings.get(Settings.AGENT_IMAGE))),
                settings.get(Settings.REGISTRY),
                Fingerprints.caChecksum(settings.get(Settings.CA_CERTIFICATES)));
        return AgentObjects.of(wanted).stream().map(Serialization::asYaml).collect(Collectors.joining());
    }

    @Override
    public List<String> objects() {
        return AgentObjects.of(new AgentObjects.Wanted("", "", "", "", "")).stream()
                .map(ImportManifests::nameOf)
                .toList();
    }

    private static String nameOf(HasMetadata object) {
        String namespace = object.getMetadata().getNamespace();
        String name = object.getKind().equals("Secret")
                ? "cattle-credentials-*"
                : object.getMetadata().getName();
        return object.getKind() + " " + (namespace == null ? name : namespace + "/" + name);
    }

    /**
     * The agent that carries these very requests goes with its namespace, and our rights with the last binding. So nothing may come after
     * the namespace: role and binding are made the namespace's dependents, and the cluster's garbage collector takes them after it.
     */
    @Override
    public void remove(KubernetesClient cluster) {
        RequestConfig bounds = new RequestConfigBuilder()
                .withRequestTimeout(REQUEST_MILLIS)
                .withRequestRetryBackoffLimit(0)
                .build();
        KubernetesClient client = cluster.newClient(bounds).adapt(KubernetesClient.class);
        var rbac = client.rbac();
        try {
            rbac.clusterRoleBindings().withName(AgentObjects.PROXY_BINDING).delete();
            rbac.clusterRoles().withName(AgentObjects.PROXY_ROLE).delete();
            Namespace namespace =
                    client.namespaces().withName(AgentObjects.NAMESPACE).get();
            if (namespace == null) {
                rbac.clusterRoles().withName(AgentObjects.ADMIN_ROLE).delete();
                rbac.clusterRoleBindings().withName(AgentObjects.ADMIN_BINDING).delete();
                return;
            }
            own(namespace, rbac.clusterRoles().withName(AgentObjects.ADMIN_ROLE));
            own(namespace, rbac.clusterRoleBindings().withName(AgentObjects.ADMIN_BINDING));
            client.namespaces().withName(AgentObjects.NAMESPACE).delete();
        } catch (KubernetesClientException e) {
            throw new DroverException(
                    Fault.UNAVAILABLE, "The cluster broke off while its agent was removed: " + e.getMessage(), e);
        }
    }

    private static <T extends HasMetadata> void own(Namespace owner, Resource<T> object) {
        if (object.get() == null) {
            return;
        }
        OwnerReference reference = new OwnerReferenceBuilder()
                .withApiVersion("v1")
                .withKind("Namespace")
                .withName(owner.getMetadata().getName())
                .withUid(owner.getMetadata().getUid())
                .build();
        object.edit(found -> {
            found.getMetadata().setOwnerReferences(List.of(reference));
            return found;
        });
    }
}
