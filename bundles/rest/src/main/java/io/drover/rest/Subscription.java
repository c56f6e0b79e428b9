package io.drover.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.auth.Question;
import io.drover.api.socket.SocketPeer;
import io.drover.api.socket.SocketSession;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one subscriber is told. A resource that changes again before he was told of it is told once, in its newest form; one message is
 * on its way at a time, and who does not take it in time is sent away.
 */
final class Subscription implements SocketSession {

    /** Makes the resource that is shown of a stored object; empty if it is not. */
    interface View {
        Optional<ObjectNode> show(ServedType type, ObjectNode stored);
    }

    static final String CHANGE = "resource.change";
    static final String REMOVE = "resource.remove";

    /** Closing code of RFC 6455: come back later. */
    static final int TRY_AGAIN_LATER = 1013;

    /** Changed objects that may wait, besides those that were there at the start. */
    static final int MAX_WAITING = 10_000;

    private static final Logger log = LoggerFactory.getLogger(Subscription.class);
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final int LOOKS_IN_ROW = 100;

    private record Key(String type, String uid) {}

    private record Event(ServedType type, String uid, Supplier<ObjectNode> stored, boolean gone) {
        Key key() {
            return new Key(type.id(), uid);
        }
    }

    private final List<ServedType> types;
    private final View view;
    private final Predicate<String> wanted;
    private final Optional<Question> right;
    private final Executor workers;
    private final LongSupplier nanoTime;

    /** What the subscriber knows; touched by one worker at a time. */
    private final Set<Key> known = new HashSet<>();

    // guarded by this
    private final Map<Key, Event> waiting = new LinkedHashMap<>();
    private final List<AutoCloseable> listening = new ArrayList<>();
    private Runnable whenClosed = () -> {};
    private boolean pinged;
    private boolean working;
    private boolean over;
    private boolean sending;
    private long sendingSince;
    private long room = MAX_WAITING;
    private SocketPeer peer;

    /** @param wanted whether the subscriber wants events of that name */
    Subscription(
            List<ServedType> types,
            View view,
            Predicate<String> wanted,
            Optional<Question> right,
            Executor workers,
            LongSupplier nanoTime) {
        this.types = types;
        this.view = view;
        this.wanted = wanted;
        this.right = right;
        this.workers = workers;
        this.nanoTime = nanoTime;
    }

    synchronized void whenClosed(Runnable task) {
        whenClosed = task;
    }

    @Override
    public Optional<Question> right() {
        return right;
    }

    @Override
    public void opened(SocketPeer opened) {
        synchronized (this) {
            peer = opened;
        }
        for (ServedType type : types) {
            Changes changes = type.store().changes().orElseThrow();
            synchronized (this) {
                room += changes.size();
            }
            AutoCloseable listener = changes.listen((uid, stored, gone) -> add(new Event(type, uid, stored, gone)));
            boolean late;
            synchronized (this) {
                late = over;
                listening.add(listener);
            }
            if (late) {
                unlisten(List.of(listener)); // nobody else may do it any more
                return;
            }
        }
    }

    @Override
    public void closed() {
        List<AutoCloseable> listeners;
        synchronized (this) {
            over = true;
            waiting.clear();
            listeners = List.copyOf(listening);
        }
        unlisten(listeners);
        whenClosed.run();
    }

    private static void unlisten(List<AutoCloseable> listeners) {
        for (AutoCloseable listener : listeners) {
            try {
                listener.close();
            } catch (Exception e) {
                log.debug("A listener could not be taken away", e);
            }
        }
    }

    /** Called every few seconds: lets the subscriber know that we live, and looks whether he does. */
    void tick() {
        boolean late;
        synchronized (this) {
            late = sending && nanoTime.getAsLong() - sendingSince > PATIENCE_NANOS;
            pinged = true;
        }
        if (late) {
            end("the subscriber takes too long to read");
        } else {
            work();
        }
    }

    void end(String reason) {
        SocketPeer told;
        synchronized (this) {
            told = over ? null : peer;
            over = true;
            waiting.clear();
        }
        if (told != null) {
            told.close(TRY_AGAIN_LATER, reason);
        }
    }

    private void add(Event event) {
        boolean full;
        synchronized (this) {
            if (over) {
                return;
            }
            waiting.remove(event.key()); // so that the order is that of the newest changes
            waiting.put(event.key(), event);
            full = waiting.size() > room;
        }
        if (full) {
            end("the subscriber reads more slowly than things change");
        } else {
            work();
        }
    }

    private void work() {
        synchronized (this) {
            if (working || sending || over || peer == null) {
                return;
            }
            working = true;
        }
        try {
            workers.execute(this::sendNext);
        } catch (RejectedExecutionException e) {
            log.debug("Too late for a subscriber: the bundle stops");
        }
    }

    private void sendNext() {
        for (int i = 0; i < LOOKS_IN_ROW; i++) {
            Optional<Supplier<Optional<String>>> next = next();
            if (next.isEmpty()) {
                return;
            }
            Optional<String> message = message(next.get());
            if (message.isPresent()) {
                send(message.get());
                return;
            }
        }
        rest();
        work();
    }

    /** How to make the next message, if there is something to tell; if not, this turn of work is over. */
    private synchronized Optional<Supplier<Optional<String>>> next() {
        if (pinged && !over) {
            pinged = false;
            return Optional.of(() -> Optional.of(envelope("ping", JSON.objectNode())));
        }
        Iterator<Event> events = waiting.values().iterator();
        if (over || !events.hasNext()) {
            working = false;
            return Optional.empty();
        }
        Event event = events.next();
        events.remove();
        return Optional.of(() -> told(event));
    }

    private Optional<String> message(Supplier<Optional<String>> next) {
        try {
            return next.get();
        } catch (RuntimeException e) {
            log.warn("A subscriber can't be told of a resource: reason={}", e.toString());
            return Optional.empty();
        }
    }

    /** What he may not see any more has gone as far as he is concerned. */
    private Optional<String> told(Event event) {
        ObjectNode stored = event.stored().get();
        Optional<ObjectNode> resource = view.show(event.type(), stored);
        if (resource.isPresent() && !event.gone()) {
            known.add(event.key());
            return wanted.test(CHANGE) ? Optional.of(envelope(CHANGE, resource.get())) : Optional.empty();
        }
        if (!known.remove(event.key()) || !wanted.test(REMOVE)) {
            return Optional.empty();
        }
        return Optional.of(envelope(REMOVE, resource.orElseGet(() -> name(event.type(), stored))));
    }

    private static ObjectNode name(ServedType type, ObjectNode stored) {
        return JSON.objectNode()
                .put("id", ObjectId.of(stored).toString())
                .put("type", type.id())
                .put("baseType", type.id());
    }

    private static String envelope(String name, ObjectNode data) {
        ObjectNode envelope = JSON.objectNode().put("name", name);
        if (data.has("type")) {
            envelope.set("resourceType", data.get("type"));
        }
        envelope.set("data", data);
        return envelope.toString();
    }

    private void send(String message) {
        synchronized (this) {
            working = false;
            if (over) {
                return;
            }
            sending = true;
            sendingSince = nanoTime.getAsLong();
        }
        peer.send(message).whenComplete((sent, failure) -> {
            rest();
            work();
        });
    }

    private synchronized void rest() {
        working = false;
        sending = false;
    }
}
