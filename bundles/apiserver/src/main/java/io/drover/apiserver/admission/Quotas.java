package io.drover.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.auth.Caller;
import io.drover.apiserver.kind.BuiltIns;
import io.drover.apiserver.kind.QuotaRules;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.store.Author;
import io.drover.apiserver.store.Companion;
import io.drover.apiserver.store.Snapshot;
import io.drover.apiserver.store.Stored;
import io.drover.apiserver.store.Write;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Quotas on numbers of objects. They are asked where writes are put in order, so they hold however many come at once, and what they
 * count is written along with what changes it.
 */
public final class Quotas implements Companion {

    private static final String TOPIC = BuiltIns.RESOURCE_QUOTAS.topic();

    private static final Author AUTHOR = new Author(Caller.SYSTEM.userId(), "", "count");

    private final Map<String, Limits> known = new ConcurrentHashMap<>();

    /** A quota's limits by their names, at one revision of it. */
    private record Limits(long revision, String name, Map<String, Long> hard) {}

    /** @param key of an object that is to be created */
    public Optional<String> refuse(String key, Snapshot before) {
        String namespace = namespace(key);
        if (namespace.isEmpty()) {
            return Optional.empty();
        }
        for (Iterator<Stored> quotas = before.below(TOPIC + namespace + "/"); quotas.hasNext(); ) {
            Limits limits = limits(quotas.next());
            Map<String, Long> exceeded = new TreeMap<>();
            for (Map.Entry<String, Long> hard : limits.hard().entrySet()) {
                String prefix = prefix(hard.getKey(), namespace);
                if (!prefix.isEmpty()
                        && key.startsWith(prefix)
                        && before.countBelow(prefix, prefix) + 1 > hard.getValue()) {
                    exceeded.put(hard.getKey(), (long) before.countBelow(prefix, prefix));
                }
            }
            if (!exceeded.isEmpty()) {
                return Optional.of(sentence(limits, exceeded));
            }
        }
        return Optional.empty();
    }

    private static String sentence(Limits limits, Map<String, Long> exceeded) {
        StringJoiner requested = new StringJoiner(",");
        StringJoiner used = new StringJoiner(",");
        StringJoiner limited = new StringJoiner(",");
        exceeded.forEach((name, count) -> {
            requested.add(name + "=1");
            used.add(name + "=" + count);
            limited.add(name + "=" + limits.hard().get(name));
        });
        return "exceeded quota: " + limits.name() + ", requested: " + requested + ", used: " + used + ", limited: "
                + limited;
    }

    @Override
    public Optional<String> refuse(Write write, Snapshot before) {
        return write.expected() == 0 ? refuse(write.key(), before) : Optional.empty();
    }

    @Override
    public List<Write> follow(Set<String> keys, Snapshot after) {
        Set<String> namespaces = new LinkedHashSet<>();
        keys.forEach(key -> namespaces.add(namespace(key)));
        List<Write> writes = new ArrayList<>();
        for (String namespace : namespaces) {
            if (!namespace.isEmpty()) {
                for (Iterator<Stored> quotas = after.below(TOPIC + namespace + "/"); quotas.hasNext(); ) {
                    recount(quotas.next(), namespace, after).ifPresent(writes::add);
                }
            }
        }
        keys.stream()
                .filter(key -> key.startsWith(TOPIC) && after.get(key).isEmpty())
                .forEach(known::remove);
        return writes;
    }

    private Optional<Write> recount(Stored stored, String namespace, Snapshot after) {
        ObjectNode quota = Json.read(stored.json());
        JsonNode hard = quota.at("/spec/hard");
        ObjectNode status = Json.object();
        status.set("hard", hard.isObject() ? hard.deepCopy() : Json.object());
        ObjectNode used = status.putObject("used");
        for (String name : limits(stored).hard().keySet()) {
            String prefix = prefix(name, namespace);
            used.put(name, prefix.isEmpty() ? "0" : Integer.toString(after.countBelow(prefix, prefix)));
        }
        if (status.equals(quota.path("status"))) {
            return Optional.empty();
        }
        quota.set("status", status);
        return Optional.of(Write.replace(stored, quota, AUTHOR));
    }

    private Limits limits(Stored quota) {
        Limits limits = known.get(quota.key());
        if (limits == null || limits.revision() != quota.revision()) {
            ObjectNode object = Json.read(quota.json());
            Map<String, Long> hard = new TreeMap<>();
            object.at("/spec/hard").properties().forEach(limit -> QuotaRules.amount(
                            limit.getValue().asText())
                    .ifPresent(amount -> hard.put(limit.getKey(), amount.longValue())));
            limits = new Limits(quota.revision(), object.at("/metadata/name").asText(), hard);
            known.put(quota.key(), limits);
        }
        return limits;
    }

    /** What the keys start with that a limit counts; empty for what there is none of here. */
    private static String prefix(String limit, String namespace) {
        String counted = limit.startsWith(QuotaRules.COUNT)
                ? limit.substring(QuotaRules.COUNT.length())
                : QuotaRules.PLAIN.contains(limit) ? limit : "";
        if (counted.isEmpty()) {
            return "";
        }
        int dot = counted.indexOf('.');
        String plural = dot < 0 ? counted : counted.substring(0, dot);
        String group = dot < 0 ? "core" : counted.substring(dot + 1);
        String topic = BuiltIns.NEW_EVENTS.qualified().equals(counted)
                ? BuiltIns.NEW_EVENTS.topic()
                : "/" + group + "/" + plural + "/";
        return topic + namespace + "/";
    }

    /** Of {@code /group/resource/namespace/name}; empty for cluster scope. */
    private static String namespace(String key) {
        int group = key.indexOf('/', 1);
        int resource = key.indexOf('/', group + 1);
        int namespace = key.indexOf('/', resource + 1);
        return namespace < 0 ? "" : key.substring(resource + 1, namespace);
    }
}
