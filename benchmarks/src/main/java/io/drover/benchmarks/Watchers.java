package io.drover.benchmarks;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/** Many watches of a few objects. Who changes one writes into it when that was, so that whoever hears of it knows how long it took. */
final class Watchers implements AutoCloseable {

    static final int COUNT = 200;

    private static final int OBJECTS = 50;
    private static final int IN_FLIGHT = 8;
    private static final String SENT = "\"sent\":\"";

    private final PlaneApi api;
    private final String path;
    private final LongAdder heard = new LongAdder();
    private final ConcurrentLinkedQueue<Long> delays = new ConcurrentLinkedQueue<>();
    private final List<Listener> listeners = new ArrayList<>();
    private volatile boolean timing;

    private Watchers(PlaneApi api, String path) {
        this.api = api;
        this.path = path;
    }

    static Watchers start(PlaneApi api, String path) throws IOException, InterruptedException {
        Watchers watchers = new Watchers(api, path);
        api.createAll(path, OBJECTS, i -> "{\"metadata\":{\"name\":\"o" + i + "\"},\"data\":{\"sent\":\"0\"}}");
        for (int i = 0; i < COUNT; i++) {
            watchers.listen(true);
        }
        // Each first hears of all that is there.
        Processes.await(
                "the watches of " + api.name(),
                Duration.ofSeconds(60),
                () -> watchers.heard.sum() >= (long) COUNT * OBJECTS);
        return watchers;
    }

    /** More watches, that stop reading at once. */
    void addStalled(int count) {
        for (int i = 0; i < count; i++) {
            listen(false);
        }
    }

    private void listen(boolean reads) {
        Listener listener = new Listener(reads);
        listeners.add(listener);
        api.http()
                .sendAsync(
                        api.request("GET", path + "?watch=true&timeoutSeconds=3000", "application/json", ""),
                        HttpResponse.BodyHandlers.fromLineSubscriber(listener));
    }

    /** Events a second that all watchers together hear of when objects are changed as fast as can be. */
    double eventsPerSecond(Duration time) throws InterruptedException {
        List<Thread> writers = new ArrayList<>();
        long end = System.nanoTime() + time.toNanos();
        long before = heard.sum();
        long begin = System.nanoTime();
        for (int i = 0; i < IN_FLIGHT; i++) {
            int first = i;
            Thread writer = new Thread(() -> {
                for (int n = first; System.nanoTime() < end; n += IN_FLIGHT) {
                    change(n);
                }
            });
            writer.start();
            writers.add(writer);
        }
        for (Thread writer : writers) {
            writer.join();
        }
        return (heard.sum() - before) / ((System.nanoTime() - begin) / 1e9);
    }

    private void change(int number) {
        api.patch(path + "/o" + number % OBJECTS, "{\"data\":{\"sent\":\"" + System.nanoTime() + "\"}}")
                .join();
    }

    /** From before a change is sent until a watcher hears of it, at 20 changes a second: 99 % are quicker. */
    double p99Millis(Duration time) throws InterruptedException {
        delays.clear();
        timing = true;
        long step = TimeUnit.MILLISECONDS.toNanos(50);
        long next = System.nanoTime();
        long end = next + time.toNanos();
        for (int n = 0; next < end; n++, next += step) {
            LockSupport.parkNanos(next - System.nanoTime());
            change(n);
        }
        TimeUnit.MILLISECONDS.sleep(500);
        timing = false;
        long[] sorted = delays.stream().mapToLong(Long::longValue).toArray();
        Arrays.sort(sorted);
        return sorted.length == 0 ? Double.NaN : sorted[(int) (sorted.length * 0.99)] / 1e6;
    }

    @Override
    public void close() {
        listeners.forEach(Listener::end);
    }

    private final class Listener implements Flow.Subscriber<String> {
        private final boolean reads;
        private volatile Flow.Subscription subscription;

        Listener(boolean reads) {
            this.reads = reads;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            if (reads) {
                given.request(Long.MAX_VALUE);
            }
        }

        @Override
        public void onNext(String line) {
            heard.increment();
            int at = line.indexOf(SENT);
            if (timing && at > 0) {
                long sent = Long.parseLong(line.substring(at + SENT.length(), line.indexOf('"', at + SENT.length())));
                delays.add(System.nanoTime() - sent);
            }
        }

        void end() {
            if (subscription != null) {
                subscription.cancel();
            }
        }

        @Override
        public void onError(Throwable failure) {
            // Who hears nothing more shows in the figures.
        }

        @Override
        public void onComplete() {
            // The same.
        }
    }
}
