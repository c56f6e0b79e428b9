package io.drover.apiserver.migrate;

import io.drover.api.DroverException;
import io.drover.apiserver.client.ClientFailures;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** Servers that run over a cluster, known by their leases. */
final class Replicas {

    private static final String NAMESPACE = "cattle-system";
    private static final String MEMBER = "drover-member-";

    /** A server that lives renews every two seconds. */
    private static final long LOOK_SECONDS = 4;

    private Replicas() {}

    /** @throws DroverException {@code REJECTED} if one runs: objects must not change while they are moved */
    static void requireNone(KubernetesClient cluster) {
        Map<String, String> before = members(cluster);
        if (before.isEmpty()) {
            return;
        }
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(LOOK_SECONDS));
        members(cluster).forEach((name, version) -> {
            if (!version.equals(before.get(name))) {
                throw DroverException.rejected("A server of Drover runs over that cluster ("
                        + name.substring(MEMBER.length()) + "). Stop it first");
            }
        });
    }

    private static Map<String, String> members(KubernetesClient cluster) {
        return ClientFailures.translated(() -> cluster.leases().inNamespace(NAMESPACE).list().getItems().stream()
                .map(Lease::getMetadata)
                .filter(lease -> lease.getName().startsWith(MEMBER))
                .collect(Collectors.toMap(lease -> lease.getName(), lease -> lease.getResourceVersion())));
    }
}
