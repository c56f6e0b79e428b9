package io.drover.auth;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Secrets for as long as a test lasts. */
final class MemorySecrets implements ProviderSecrets {

    private final Map<String, String> values = new ConcurrentHashMap<>();

    @Override
    public void put(String namespace, String name, String key, String value) {
        values.put(namespace + "/" + name + "/" + key, value);
    }

    @Override
    public Optional<String> get(String namespace, String name, String key) {
        return Optional.ofNullable(values.get(namespace + "/" + name + "/" + key));
    }

    @Override
    public String getOrMake(String namespace, String name, String key, Supplier<String> make) {
        return values.computeIfAbsent(namespace + "/" + name + "/" + key, absent -> make.get());
    }

    @Override
    public void delete(String namespace, String name) {
        values.keySet().removeIf(key -> key.startsWith(namespace + "/" + name + "/"));
    }
}
