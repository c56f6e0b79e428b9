package io.drover.apiserver.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.plane.PlaneServer.Reply;
import io.drover.apiserver.kind.ResourceType;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.request.Refusal;
import io.drover.apiserver.request.Refusal.Cause;
import io.drover.apiserver.request.Request;
import io.drover.apiserver.store.Event;
import io.drover.apiserver.store.Feed;
import io.drover.apiserver.store.Snapshot;
import io.drover.apiserver.store.Store;
import io.drover.apiserver.store.Stored;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/** Watches: each walks its feed at its receiver's pace, and is ended with 410 when the feed has moved on without it. */
final class Watching implements AutoCloseable {

    private static final int PART = 32 * 1024;
    private static final String MATCH = "resourceVersionMatch";
    private static final long BOOKMARK_SECONDS = 50;
    private static final int DEFAULT_SECONDS = 1800;

    private final Store store;
    private final Executor executor;
    private final ScheduledExecutorService timer;
    private final LongSupplier nanoTime;
    private final Random random;
    private final Set<Watch> watches = ConcurrentHashMap.newKeySet();

    /** @param nanoTime by which bookmarks are sent */
    Watching(Store store, Executor executor, ScheduledExecutorService timer, LongSupplier nanoTime, Random random) {
        this.store = store;
        this.executor = executor;
        this.timer = timer;
        this.nanoTime = nanoTime;
        this.random = random;
        timer.scheduleWithFixedDelay(() -> watches.forEach(Watch::look), 1, 1, TimeUnit.SECONDS);
    }

    /** Begins the answer and feeds it until it ends. */
    void start(Request request, Route route, Reply reply) {
        ResourceType type = route.type();
        checkOptions(request);
        long seconds = request.number("timeoutSeconds")
                .filter(given -> given != 0)
                .orElseGet(() -> (long) DEFAULT_SECONDS + random.nextInt(DEFAULT_SECONDS));
        Presentation presentation = Presentation.of(request, type);
        if (presentation.isYaml()) {
            throw Refusal.notAcceptable();
        }
        Predicate<Stored> selected = Selectors.of(request, type);
        String prefix = type.prefix(route.namespace());
        String only = route.name().isEmpty() ? null : route.key();
        Predicate<Stored> wanted =
                s -> (only == null ? s.key().startsWith(prefix) : s.key().equals(only)) && selected.test(s);

        boolean initialEvents = request.flag("sendInitialEvents");
        long version = request.version().orElse(0L);
        boolean fromState = version == 0
                && !request.parameter("sendInitialEvents")
                        .filter("false"::equals)
                        .isPresent();
        Iterator<Stored> state = Collections.emptyIterator();
        if (fromState || initialEvents) {
            Snapshot snapshot = store.now();
            version = snapshot.revision();
            state = snapshot.below(prefix);
        } else if (version == 0) {
            version = store.now().revision();
        }
        Feed feed = store.feed(type.topic());
        long from = version;
        // Who comes too late is told so by the watch, as one is who falls behind.
        Feed.Cursor cursor = feed.after(version).orElse(null);
        boolean bookmarks = request.flag("allowWatchBookmarks");
        boolean marksInitialEnd = initialEvents && bookmarks;
        Watch watch =
                new Watch(reply, type, presentation, wanted, feed, cursor, state, from, bookmarks, marksInitialEnd);
        watches.add(watch);
        Answer beginning =
                Answer.streamed(200, Answer.JSON, Collections.emptyIterator()).warning(request.warnings());
        reply.begin(200, beginning.headers());
        watch.begin(Math.min(Math.max(seconds, 1), 7 * 24 * 3600));
    }

    private static void checkOptions(Request request) {
        String match = request.parameter(MATCH).orElse("");
        List<Cause> causes = new ArrayList<>();
        if (request.isGiven("sendInitialEvents")) {
            if (!match.equals("NotOlderThan")) {
                causes.add(Cause.forbidden(
                        MATCH, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
            }
            checkMatch(match, causes);
        } else if (!match.isEmpty()) {
            causes.add(Cause.forbidden(
                    MATCH, "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"));
            checkMatch(match, causes);
        }
        if (!causes.isEmpty()) {
            throw Refusal.invalidOptions("ListOptions", causes);
        }
    }

    private static void checkMatch(String match, List<Cause> causes) {
        if (!match.isEmpty() && !match.equals("NotOlderThan")) {
            causes.add(Cause.unsupported(MATCH, '"' + match + '"', List.of("NotOlderThan")));
        }
    }

    @Override
    public void close() {
        watches.forEach(Watch::finish);
    }

    private final class Watch {
        private final Reply reply;
        private final ResourceType type;
        private final Presentation presentation;
        private final Predicate<Stored> wanted;
        private final Feed feed;
        private final Iterator<Stored> state;
        private final boolean bookmarks;
        private final Runnable wake = this::wake;
        // Above zero while somebody is at work; more than one asks for another turn.
        private final AtomicInteger turns = new AtomicInteger();
        private volatile Feed.Cursor cursor;
        private volatile boolean lost;
        private volatile boolean finishing;
        private volatile boolean ended;
        private volatile long bookmarkAt;
        private volatile ScheduledFuture<?> timeout;
        private boolean first = true;
        /** Whether the last part may not have been all. */
        private boolean more;

        private boolean marksInitialEnd;
        private long told;

        Watch(
                Reply reply,
                ResourceType type,
                Presentation presentation,
                Predicate<Stored> wanted,
                Feed feed,
                Feed.Cursor cursor,
                Iterator<Stored> state,
                long from,
                boolean bookmarks,
                boolean marksInitialEnd) {
            this.reply = reply;
            this.type = type;
            this.presentation = presentation;
            this.wanted = wanted;
            this.feed = feed;
            this.cursor = cursor;
            this.state = state;
            this.told = from;
            this.bookmarks = bookmarks;
            this.marksInitialEnd = marksInitialEnd;
            this.bookmarkAt = nextBookmark();
        }

        void begin(long seconds) {
            feed.listen(wake);
            timeout = timer.schedule(this::finish, seconds, TimeUnit.SECONDS);
            reply.onGone(() -> {
                ended = true;
                close();
            });
            wake();
        }

        private long nextBookmark() {
            return nanoTime.getAsLong()
                    + TimeUnit.SECONDS.toNanos(BOOKMARK_SECONDS)
                    + TimeUnit.MILLISECONDS.toNanos(random.nextInt(10_000));
        }

        /** Once a second: cuts off who fell behind, and wakes who is due a bookmark. */
        void look() {
            Feed.Cursor place = cursor;
            if (place != null && place.isLost()) {
                lost = true;
                cursor = null;
                wake();
            } else if (bookmarks && nanoTime.getAsLong() - bookmarkAt > 0) {
                wake();
            }
        }

        void finish() {
            finishing = true;
            wake();
        }

        private void wake() {
            if (turns.getAndIncrement() == 0) {
                executor.execute(this::work);
            }
        }

        /** One part, then the others' turn: what is new by the time it is this one's again goes out in one piece. */
        private void work() {
            try {
                while (!ended) {
                    int seen = turns.get();
                    byte[] part = part();
                    if (part.length > 0) {
                        send(part, seen);
                        return;
                    } else if (finishing || lost) {
                        ended = true;
                        reply.end();
                    } else if (turns.compareAndSet(seen, 0)) {
                        return;
                    }
                }
                close();
            } catch (RuntimeException e) {
                goOn(e);
            }
        }

        /** @param seen turns that were asked for before the part was made */
        private void send(byte[] part, int seen) {
            CompletableFuture<Void> taken = reply.write(ByteBuffer.wrap(part)).toCompletableFuture();
            boolean all = taken.isDone() && !taken.isCompletedExceptionally() && !more && !finishing && !lost;
            if (!all || !turns.compareAndSet(seen, 0)) {
                taken.whenCompleteAsync((v, failure) -> goOn(failure), executor);
            }
        }

        private void goOn(Throwable failure) {
            if (failure == null) {
                work();
            } else {
                ended = true;
                close();
                reply.abort(failure);
            }
        }

        private void close() {
            feed.unlisten(wake);
            watches.remove(this);
            if (timeout != null) {
                timeout.cancel(false);
            }
        }

        /** What is to be sent next; nothing if there is nothing now. */
        private byte[] part() {
            ByteArrayOutputStream part = new ByteArrayOutputStream(1024);
            more = true;
            while (part.size() < PART && state.hasNext()) {
                Stored object = state.next();
                if (wanted.test(object)) {
                    write(part, "ADDED", object);
                }
            }
            if (state.hasNext() || part.size() >= PART) {
                return part.toByteArray();
            }
            if (marksInitialEnd) {
                marksInitialEnd = false;
                bookmark(part, true);
            }
            long published = store.published();
            Feed.Cursor place = cursor;
            if (place == null || place.isLost()) {
                if (!finishing) {
                    ObjectNode expired = Refusal.expired("too old resource version: " + told + " (" + published + ")")
                            .status();
                    finishing = true;
                    lost = true;
                    write(part, "ERROR", Json.bytes(expired));
                }
                return part.toByteArray();
            }
            Event event = null;
            while (part.size() < PART && (event = place.next()) != null) {
                told = event.revision();
                write(part, event);
            }
            if (event == null) {
                more = false;
                told = Math.max(told, published);
                if (bookmarks && nanoTime.getAsLong() - bookmarkAt > 0) {
                    bookmarkAt = nextBookmark();
                    bookmark(part, false);
                }
            }
            return part.toByteArray();
        }

        private void write(ByteArrayOutputStream part, Event event) {
            boolean was = event.before() != null && wanted.test(event.before());
            boolean is = !event.isDeletion() && wanted.test(event.after());
            if (is) {
                write(part, was ? "MODIFIED" : "ADDED", event.after());
            } else if (was) {
                write(part, "DELETED", event.isDeletion() ? event.after() : lastSelected(event));
            }
        }

        /** One that is no longer selected is shown as it was when it still was, with the version in which it ceased to be. */
        private static Stored lastSelected(Event event) {
            ObjectNode object = Json.read(event.before().json());
            Metadata.of(object).put("resourceVersion", Long.toString(event.revision()));
            Stored before = event.before();
            return new Stored(
                    before.key(),
                    event.revision(),
                    before.labels(),
                    before.owners(),
                    before.deleting(),
                    Json.bytes(object));
        }

        private void write(ByteArrayOutputStream part, String what, Stored object) {
            write(part, what, presentation.event(object, first));
            first = false;
        }

        private void write(ByteArrayOutputStream part, String what, byte[] object) {
            part.writeBytes(("{\"type\":\"" + what + "\",\"object\":").getBytes(StandardCharsets.US_ASCII));
            part.writeBytes(object);
            part.write('}');
            part.write('\n');
        }

        private void bookmark(ByteArrayOutputStream part, boolean initialEnd) {
            ObjectNode metadata = Json.object().put("resourceVersion", Long.toString(told));
            if (initialEnd) {
                metadata.putObject("annotations").put("k8s.io/initial-events-end", "true");
            }
            write(part, "BOOKMARK", presentation.bookmark(metadata));
        }
    }
}
