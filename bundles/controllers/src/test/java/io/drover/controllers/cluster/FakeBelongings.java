package io.drover.controllers.cluster;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Namespaces, Secrets and notes in memory. */
final class FakeBelongings implements Belongings {

    final Set<String> namespaces = ConcurrentHashMap.newKeySet();
    final Map<String, String> credentials = new ConcurrentHashMap<>();
    final Map<String, Map<String, String>> driverSecrets = new ConcurrentHashMap<>();
    final List<String> notes = new CopyOnWriteArrayList<>();

    @Override
    public void ensureNamespace(String clusterId) {
        namespaces.add(clusterId);
    }

    @Override
    public Optional<String> credential(String secretName) {
        return Optional.ofNullable(credentials.get(secretName));
    }

    @Override
    public void keepCredential(String secretName, String token) {
        credentials.put(secretName, token);
    }

    @Override
    public Map<String, String> driverSecrets(String clusterId) {
        return driverSecrets.getOrDefault(clusterId, Map.of());
    }

    @Override
    public void keepDriverSecrets(String clusterId, Map<String, String> secrets) {
        driverSecrets.computeIfAbsent(clusterId, id -> new HashMap<>()).putAll(secrets);
    }

    @Override
    public void removeSecrets(String clusterId, Optional<String> credentialSecret) {
        credentialSecret.ifPresent(credentials::remove);
        driverSecrets.remove(clusterId);
    }

    @Override
    public void removeNamespace(String clusterId) {
        namespaces.remove(clusterId);
    }

    @Override
    public void leaveNote(String clusterId, String clusterUid, String reason, String message) {
        notes.add(reason + " " + clusterId + ": " + message);
    }
}
