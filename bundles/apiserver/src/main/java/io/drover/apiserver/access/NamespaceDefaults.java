package io.drover.apiserver.access;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.access.OwnRequests.Answered;
import io.drover.apiserver.kind.BuiltIns;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.store.Snapshot;
import io.drover.apiserver.store.Store;
import io.drover.apiserver.store.Stored;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Every namespace has the service account {@code default}, and a config map with the certificate authority by which this server is
 * known; both are made anew when they are deleted.
 */
public final class NamespaceDefaults extends Following implements Keepers.Keeper {

    private static final String ACCOUNT = "default";
    private static final String AUTHORITY = "kube-root-ca.crt";
    private static final String SETTINGS = "/management.cattle.io/settings/";
    private static final String CA_SETTING = SETTINGS + "cacerts";
    private static final List<String> TOPICS = List.of(
            BuiltIns.NAMESPACES.topic(), BuiltIns.SERVICE_ACCOUNTS.topic(), BuiltIns.CONFIG_MAPS.topic(), SETTINGS);

    private final Store store;
    private final OwnRequests requests;
    private final Set<String> unchecked = new HashSet<>();
    private boolean checkAll;

    public NamespaceDefaults(Store store, OwnRequests requests) {
        super(store, TOPICS);
        this.store = store;
        this.requests = requests;
    }

    @Override
    public void look() throws InterruptedException {
        catchUp();
        Snapshot now = store.now();
        if (checkAll) {
            String topic = BuiltIns.NAMESPACES.topic();
            for (Iterator<Stored> all = now.below(topic); all.hasNext(); ) {
                unchecked.add(all.next().key().substring(topic.length()));
            }
            checkAll = false;
        }
        for (String namespace : List.copyOf(unchecked)) {
            Optional<Stored> stored = now.get(BuiltIns.NAMESPACES.key("", namespace));
            if (stored.isEmpty()
                    || stored.get().deleting()
                    || (keepAccount(namespace, now) & keepAuthority(namespace, now))) {
                unchecked.remove(namespace);
            }
        }
    }

    private boolean keepAccount(String namespace, Snapshot now) throws InterruptedException {
        return now.get(BuiltIns.SERVICE_ACCOUNTS.key(namespace, ACCOUNT)).isPresent()
                || isMade(requests.create(
                        "/api/v1/namespaces/" + namespace + "/serviceaccounts", named("ServiceAccount", ACCOUNT)));
    }

    private boolean keepAuthority(String namespace, Snapshot now) throws InterruptedException {
        ObjectNode wanted = named("ConfigMap", AUTHORITY);
        Json.child(wanted, "metadata")
                .putObject("annotations")
                .put("kubernetes.io/description", "Certificate authorities that vouch for this API server.");
        wanted.putObject("data").put("ca.crt", authority(now));
        Optional<Stored> present = now.get(BuiltIns.CONFIG_MAPS.key(namespace, AUTHORITY));
        String path = "/api/v1/namespaces/" + namespace + "/configmaps";
        if (present.isEmpty()) {
            return isMade(requests.create(path, wanted));
        }
        ObjectNode found = Json.read(present.get().json());
        return found.path("data").equals(wanted.path("data"))
                || requests.update(path + "/" + AUTHORITY, wanted).isGood();
    }

    /** Whether there is nothing more to do; a quota or an admission may be against it for now. */
    private static boolean isMade(Answered answered) {
        return answered.isGood() || answered.status() == 409 || answered.status() == 404;
    }

    private static String authority(Snapshot now) {
        return now.get(CA_SETTING)
                .map(stored -> Json.read(stored.json()))
                .map(setting -> setting.path("value").asText("").isEmpty()
                        ? setting.path("default").asText("")
                        : setting.path("value").asText(""))
                .orElse("");
    }

    private static ObjectNode named(String kind, String name) {
        ObjectNode object = Json.object().put("apiVersion", "v1").put("kind", kind);
        object.putObject("metadata").put("name", name);
        return object;
    }

    @Override
    protected void restart() {
        checkAll = true;
    }

    @Override
    protected void take(Stored object) {
        if (object.key().startsWith(BuiltIns.NAMESPACES.topic())) {
            unchecked.add(object.key().substring(BuiltIns.NAMESPACES.topic().length()));
        } else {
            drop(object);
        }
    }

    @Override
    protected void drop(Stored object) {
        String key = object.key();
        if (key.equals(CA_SETTING)) {
            checkAll = true;
        } else {
            checkIf(key, BuiltIns.SERVICE_ACCOUNTS.topic(), ACCOUNT);
            checkIf(key, BuiltIns.CONFIG_MAPS.topic(), AUTHORITY);
        }
    }

    private void checkIf(String key, String topic, String name) {
        if (key.startsWith(topic) && key.endsWith("/" + name)) {
            unchecked.add(key.substring(topic.length(), key.length() - name.length() - 1));
        }
    }
}
