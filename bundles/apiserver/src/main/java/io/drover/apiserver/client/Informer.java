package io.drover.apiserver.client;

import io.drover.api.plane.Resource;
import io.drover.api.plane.Watched;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The objects of one kind in memory: a list, then a watch from there; when the watch ends for good, because the server no longer has its
 * place or is away, a list again and what differs is told.
 */
final class Informer<K extends Record> implements Watched<K>, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Informer.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /** API servers send a bookmark about every minute: one that says nothing for this long is gone without a word. */
    private static final Duration SILENCE = Duration.ofMinutes(3);

    private final KubernetesClient client;
    private final TypedForm<K> form;
    private final ScheduledExecutorService timer;
    private final Serial serial;
    private final Map<String, Resource<K>> objects = new ConcurrentHashMap<>();
    private final List<Listener<K>> listeners = new CopyOnWriteArrayList<>();
    private final CountDownLatch synced = new CountDownLatch(1);
    private Duration pause = FIRST_PAUSE;
    private Watch watch;
    private volatile long heardAt;
    private volatile boolean closed;

    Informer(KubernetesClient client, Class<K> type, Executor work, ScheduledExecutorService timer) {
        this.client = client;
        this.form = new TypedForm<>(type);
        this.timer = timer;
        this.serial = new Serial(work);
    }

    void start() {
        serial.execute(this::listAndWatch);
    }

    boolean awaitSynced(Duration patience) throws InterruptedException {
        return synced.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void listAndWatch() {
        if (closed) {
            return;
        }
        try {
            GenericKubernetesResourceList list = client.genericKubernetesResources(form.context())
                    .inAnyNamespace()
                    .list();
            replace(list.getItems());
            synced.countDown();
            ListOptions from = new ListOptionsBuilder()
                    .withResourceVersion(list.getMetadata().getResourceVersion())
                    .withAllowWatchBookmarks(true)
                    .build();
            watch = client.genericKubernetesResources(form.context())
                    .inAnyNamespace()
                    .watch(from, new Receiver());
            pause = FIRST_PAUSE;
            heardAt = System.nanoTime();
            noticeSilence(watch);
        } catch (RuntimeException e) {
            log.warn("Objects can't be listed; trying again: kind={} reason={}", form.definition(), e.toString());
            again();
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // ends with the timer
    private void noticeSilence(Watch watched) {
        timer.schedule(
                () -> serial.execute(() -> {
                    if (closed || watch != watched) {
                        return;
                    }
                    if (System.nanoTime() - heardAt < SILENCE.toNanos()) {
                        noticeSilence(watched);
                        return;
                    }
                    log.warn("A watch fell silent and is begun anew: kind={}", form.definition());
                    watched.close();
                    listAndWatch();
                }),
                SILENCE.toMillis() / 3,
                TimeUnit.MILLISECONDS);
    }

    private void again() {
        if (!closed) {
            timer.schedule(() -> serial.execute(this::listAndWatch), pause.toMillis(), TimeUnit.MILLISECONDS);
            pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : pause;
        }
    }

    private void replace(List<GenericKubernetesResource> items) {
        Set<String> gone = new HashSet<>(objects.keySet());
        for (GenericKubernetesResource item : items) {
            gone.remove(
                    key(item.getMetadata().getNamespace(), item.getMetadata().getName()));
            changed(item);
        }
        gone.forEach(this::deleted);
    }

    private void changed(GenericKubernetesResource item) {
        Resource<K> after;
        try {
            after = form.read(item);
        } catch (IllegalArgumentException e) {
            log.warn(
                    "An object does not fit its kind and is left out: kind={} name={} reason={}",
                    form.definition(),
                    item.getMetadata().getName(),
                    e.getMessage());
            return;
        }
        Resource<K> before = objects.put(key(after.metadata().getNamespace(), after.name()), after);
        String version = after.metadata().getResourceVersion();
        if (before == null || !version.equals(before.metadata().getResourceVersion())) {
            tell(l -> l.changed(Optional.ofNullable(before), after));
        }
    }

    private void deleted(String key) {
        Resource<K> last = objects.remove(key);
        if (last != null) {
            tell(l -> l.deleted(last));
        }
    }

    private void tell(java.util.function.Consumer<Listener<K>> news) {
        for (Listener<K> listener : listeners) {
            try {
                news.accept(listener);
            } catch (RuntimeException e) {
                log.error("A listener of objects failed: kind={}", form.definition(), e);
            }
        }
    }

    private static String key(String namespace, String name) {
        return namespace == null ? name : namespace + "/" + name;
    }

    @Override
    public Optional<Resource<K>> get(String namespace, String name) {
        return Optional.ofNullable(objects.get(key(namespace, name)));
    }

    @Override
    public Collection<Resource<K>> list() {
        return List.copyOf(objects.values());
    }

    @Override
    public boolean isSynced() {
        return synced.getCount() == 0;
    }

    @Override
    public AutoCloseable listen(Listener<K> listener) {
        serial.execute(() -> {
            listeners.add(listener);
            objects.values().forEach(o -> listener.changed(Optional.empty(), o));
        });
        return () -> serial.execute(() -> listeners.remove(listener));
    }

    @Override
    public void close() {
        closed = true;
        serial.execute(() -> {
            if (watch != null) {
                watch.close();
            }
        });
    }

    private final class Receiver implements Watcher<GenericKubernetesResource> {
        @Override
        public void eventReceived(Action action, GenericKubernetesResource item) {
            heardAt = System.nanoTime();
            serial.execute(() -> {
                switch (action) {
                    case ADDED, MODIFIED -> changed(item);
                    case DELETED -> deleted(key(
                            item.getMetadata().getNamespace(),
                            item.getMetadata().getName()));
                    default -> {}
                }
            });
        }

        @Override
        public void onClose(WatcherException cause) {
            log.debug("A watch ended: kind={} reason={}", form.definition(), cause.getMessage());
            serial.execute(() -> {
                watch = null;
                again();
            });
        }
    }
}
