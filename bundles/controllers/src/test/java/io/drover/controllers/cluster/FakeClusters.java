package io.drover.controllers.cluster;

import io.drover.api.DroverException;
import io.drover.api.cluster.Clusters;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A gateway whose tunnels the test opens and ends. */
final class FakeClusters implements Clusters {

    private final Map<String, Reach> reached = new ConcurrentHashMap<>();
    private final List<ReachListener> listeners = new CopyOnWriteArrayList<>();

    void connect(String id) {
        set(id, new Reach(true, ""));
    }

    void disconnect(String id, String reason) {
        set(id, new Reach(false, reason));
    }

    private void set(String id, Reach reach) {
        reached.put(id, reach);
        listeners.forEach(listener -> listener.reachChanged(id, reach));
    }

    @Override
    public KubernetesClient client(String clusterId) {
        throw DroverException.unavailable("These clusters answer through their twins only");
    }

    @Override
    public Reach reach(String clusterId) {
        return reached.getOrDefault(clusterId, new Reach(false, "no agent has connected yet"));
    }

    @Override
    public List<TunnelSession> tunnels() {
        return List.of();
    }

    @Override
    public AutoCloseable listen(ReachListener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }
}
