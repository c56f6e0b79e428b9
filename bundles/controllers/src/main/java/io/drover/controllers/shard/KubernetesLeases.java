package io.drover.controllers.shard;

import io.drover.api.DroverException;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** {@code coordination.k8s.io} Leases of the management plane, {@code drover-<name>} in {@code cattle-system}. */
final class KubernetesLeases implements LeaseBook {

    private static final String NAMESPACE = "cattle-system";
    private static final String PREFIX = "drover-";
    private static final String LABEL = "drover.io/lease";
    private static final String LABEL_VALUE = "controllers";

    private final KubernetesClient plane;
    private final Duration duration;

    /** @param duration written into the leases, for who looks at them */
    KubernetesLeases(KubernetesClient plane, Duration duration) {
        this.plane = plane;
        this.duration = duration;
    }

    private NonNamespaceOperation<Lease, ?, Resource<Lease>> leases() {
        return plane.leases().inNamespace(NAMESPACE);
    }

    @Override
    public List<Entry> list() {
        return translated(
                () -> plane.leases().inNamespace(NAMESPACE).withLabel(LABEL, LABEL_VALUE).list().getItems().stream()
                        .map(KubernetesLeases::entry)
                        .toList());
    }

    @Override
    public Optional<Entry> write(Entry before, String holder) {
        ZonedDateTime now = ZonedDateTime.now(ZoneOffset.UTC);
        Lease lease = new LeaseBuilder()
                .withNewMetadata()
                .withName(PREFIX + before.name())
                .withNamespace(NAMESPACE)
                .withLabels(Map.of(LABEL, LABEL_VALUE))
                .withResourceVersion(before.version().isEmpty() ? null : before.version())
                .endMetadata()
                .withNewSpec()
                .withHolderIdentity(holder)
                .withLeaseDurationSeconds((int) duration.toSeconds())
                .withRenewTime(now)
                .endSpec()
                .build();
        return translated(() -> {
            try {
                return Optional.of(entry(
                        before.version().isEmpty()
                                ? leases().resource(lease).create()
                                : leases().resource(lease).update()));
            } catch (KubernetesClientException e) {
                if (e.getCode() == 409 || e.getCode() == 404) {
                    return Optional.empty();
                }
                throw e;
            }
        });
    }

    @Override
    public void remove(Entry before) {
        translated(() -> {
            try {
                return leases().withName(PREFIX + before.name())
                        .lockResourceVersion(before.version())
                        .delete();
            } catch (KubernetesClientException e) {
                if (e.getCode() == 409 || e.getCode() == 404) {
                    return List.of();
                }
                throw e;
            }
        });
    }

    private static Entry entry(Lease lease) {
        String holder = lease.getSpec() == null ? null : lease.getSpec().getHolderIdentity();
        return new Entry(
                lease.getMetadata().getName().substring(PREFIX.length()),
                holder == null ? "" : holder,
                lease.getMetadata().getResourceVersion());
    }

    private static <T> T translated(Supplier<T> call) {
        try {
            return call.get();
        } catch (KubernetesClientException e) {
            throw DroverException.unavailable("The leases can't be kept: " + e.getMessage());
        }
    }
}
