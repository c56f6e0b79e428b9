package io.drover.api.plane;

import io.fabric8.kubernetes.client.KubernetesClient;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The management plane, as an OSGi service. It is registered once the API answers, the kinds known by then are installed and the
 * namespaces of the core exist.
 */
@ProviderType
public interface ManagementPlane {

    /** Kubernetes' API as a client; full rights; shared, so never closed by its users. */
    KubernetesClient client();

    /** @param kind a record that carries {@link io.drover.api.kind.Kind} */
    <K extends Record> Objects<K> objects(Class<K> kind);

    /** The shared informer of that kind; started by the first who asks, and synced within 30 seconds when this returns. */
    <K extends Record> Watched<K> watched(Class<K> kind);

    /**
     * Whether other processes of Drover may work on the same objects, as over a real cluster's API server. Work that must be done once
     * is then divided by leases.
     */
    default boolean isShared() {
        return false;
    }
}
