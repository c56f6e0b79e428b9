package io.drover.gateway.peer;

import io.drover.gateway.peer.PeerLeases.Peer;
import io.drover.gateway.transport.ClusterTarget;
import io.drover.gateway.transport.Elsewhere;
import io.drover.gateway.transport.PeerTargets;
import io.drover.gateway.tunnel.Tunnels;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpFields;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The other processes over the same management plane, and which of them has which cluster's tunnel. Answers from memory. */
public final class Peers implements Elsewhere, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Peers.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration RENEW = Duration.ofSeconds(2);
    private static final Duration EXPIRY = Duration.ofSeconds(6);
    private static final Duration FORGET = Duration.ofMinutes(1);

    /** @param at when this version was first seen */
    private record Seen(String version, long at) {}

    private final PeerToken token;
    private final PeerLeases leases;
    private final PeerTargets targets;
    private final Tunnels tunnels;
    private final String me = UUID.randomUUID().toString();
    private final CopyOnWriteArrayList<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    private final Map<String, Seen> seen = new HashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(run -> {
        Thread thread = new Thread(run, "gateway-peers");
        thread.setDaemon(true);
        return thread;
    });

    private volatile Map<String, Peer> holders = Map.of();
    private Set<String> written;
    private long writtenAt;
    private boolean failing;

    /**
     * Joins them. Blocks.
     *
     * @param url where the others reach this process
     * @param authority of all processes' certificates, PEM
     */
    public Peers(KubernetesClient plane, URI url, String authority, Tunnels tunnels) throws Exception {
        this.token = PeerToken.of(plane);
        this.leases = new PeerLeases(plane, me, url, EXPIRY);
        this.targets = new PeerTargets(authority, token.headers());
        this.tunnels = tunnels;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // ends with the timer
    public void start() {
        tunnels.listen(key -> soon());
        timer.scheduleWithFixedDelay(this::look, 0, LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Whether a request's headers prove that one of the others sent it. */
    public boolean sent(HttpFields headers) {
        return token.isIn(headers);
    }

    @Override
    public Optional<ClusterTarget> way(String clusterId) {
        Peer holder = holders.get(clusterId);
        return holder == null ? Optional.empty() : Optional.of(targets.target(clusterId, holder.url()));
    }

    /** @param listener told the id of a cluster whose tunnel came to, or went from, one of the others; must return quickly */
    public void listen(Consumer<String> listener) {
        listeners.add(listener);
    }

    private void soon() {
        try {
            timer.execute(this::look);
        } catch (RejectedExecutionException e) {
            // closed
        }
    }

    private void look() {
        try {
            tell();
            hear();
            failing = false;
        } catch (RuntimeException e) {
            if (!failing) {
                failing = true;
                log.warn("The other servers can't be heard of, to be tried again: reason={}", e.getMessage());
            }
        }
    }

    private void tell() {
        Set<String> mine = tunnels.all().stream().map(Tunnels.Tunnel::key).collect(Collectors.toSet());
        if (!mine.equals(written) || System.nanoTime() - writtenAt >= RENEW.toNanos()) {
            leases.write(mine);
            written = mine;
            writtenAt = System.nanoTime();
        }
    }

    private void hear() {
        Map<String, Peer> now = new HashMap<>();
        Set<String> there = new HashSet<>();
        for (Peer peer : leases.others()) {
            there.add(peer.name());
            Seen known = seen.get(peer.name());
            if (known == null || !known.version().equals(peer.version())) {
                known = new Seen(peer.version(), System.nanoTime());
                seen.put(peer.name(), known);
            }
            long silent = System.nanoTime() - known.at();
            if (silent < EXPIRY.toNanos()) {
                peer.clusters().forEach(cluster -> now.put(cluster, peer));
            } else if (silent > FORGET.toNanos()) {
                leases.remove(peer.name());
            }
        }
        seen.keySet().retainAll(there);
        Map<String, Peer> before = holders;
        holders = Map.copyOf(now);
        Set<String> changed = new HashSet<>(before.keySet());
        changed.addAll(now.keySet());
        changed.removeIf(id -> before.containsKey(id) == now.containsKey(id));
        changed.forEach(id -> listeners.forEach(listener -> listener.accept(id)));
    }

    @Override
    public void close() {
        timer.execute(() -> leases.remove(me));
        timer.shutdown();
        try {
            if (!timer.awaitTermination(3, TimeUnit.SECONDS)) {
                timer.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
