package io.drover.apiserver.store;

import java.util.List;
import java.util.Map;

/**
 * One revision of an object.
 *
 * @param key {@code /group/resource/namespace/name}, without the namespace for objects of cluster scope
 * @param labels what label selectors look at
 * @param owners uids of the objects that it depends on
 * @param deleting whether its deletion was asked for
 * @param json UTF-8, {@code metadata.resourceVersion} included; never changed
 */
public record Stored(
        String key, long revision, Map<String, String> labels, List<String> owners, boolean deleting, byte[] json) {}
