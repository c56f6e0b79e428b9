package io.drover.gateway.peer;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.URI;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Where the processes are and whose tunnels they have, as Leases {@code drover-gateway-<name>} in {@code cattle-system}. */
final class PeerLeases {

    /** @param version changes whenever the process says anything, if only that it lives */
    record Peer(String name, URI url, Set<String> clusters, String version) {}

    private static final String NAMESPACE = "cattle-system";
    private static final String PREFIX = "drover-gateway-";
    private static final String LABEL = "drover.io/lease";
    private static final String LABEL_VALUE = "gateways";
    private static final String URL = "drover.io/url";
    private static final String CLUSTERS = "drover.io/clusters";

    private final KubernetesClient plane;
    private final String me;
    private final URI url;
    private final Duration duration;

    PeerLeases(KubernetesClient plane, String me, URI url, Duration duration) {
        this.plane = plane;
        this.me = me;
        this.url = url;
        this.duration = duration;
    }

    /** Says where this process is and whose tunnels it has. */
    void write(Set<String> clusters) {
        Lease lease = new LeaseBuilder()
                .withNewMetadata()
                .withName(PREFIX + me)
                .withNamespace(NAMESPACE)
                .withLabels(Map.of(LABEL, LABEL_VALUE))
                .withAnnotations(Map.of(URL, url.toString(), CLUSTERS, String.join(",", new TreeSet<>(clusters))))
                .endMetadata()
                .withNewSpec()
                .withHolderIdentity(me)
                .withLeaseDurationSeconds((int) duration.toSeconds())
                .withRenewTime(ZonedDateTime.now(ZoneOffset.UTC))
                .endSpec()
                .build();
        var known = plane.leases().inNamespace(NAMESPACE).resource(lease);
        if (known.get() == null) {
            known.create();
        } else {
            known.update();
        }
    }

    /** All but this process. */
    List<Peer> others() {
        return plane.leases().inNamespace(NAMESPACE).withLabel(LABEL, LABEL_VALUE).list().getItems().stream()
                .filter(lease -> lease.getMetadata().getAnnotations() != null
                        && lease.getMetadata().getAnnotations().containsKey(URL))
                .map(PeerLeases::peer)
                .filter(peer -> !peer.name().equals(me))
                .toList();
    }

    void remove(String name) {
        plane.leases().inNamespace(NAMESPACE).withName(PREFIX + name).delete();
    }

    private static Peer peer(Lease lease) {
        Map<String, String> said = lease.getMetadata().getAnnotations();
        String clusters = said.getOrDefault(CLUSTERS, "");
        return new Peer(
                lease.getMetadata().getName().substring(PREFIX.length()),
                URI.create(said.get(URL)),
                clusters.isEmpty() ? Set.of() : Set.of(clusters.split(",")),
                lease.getMetadata().getResourceVersion());
    }
}
