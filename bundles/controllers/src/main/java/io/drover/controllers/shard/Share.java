package io.drover.controllers.shard;

import io.drover.controllers.shard.Shards.Work;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which clusters' work is this process's. */
public interface Share extends AutoCloseable {

    /** Told what comes and goes; any thread, one call at a time. Clusters are named by their ids. */
    interface Listener {

        /** The work on those clusters begins. */
        void gained(Predicate<String> clusters);

        /** It ends: what is being done is to be broken off. Returns at once. */
        void lost(Predicate<String> clusters);

        /** Whether nothing is being done about those clusters. */
        boolean isIdle(Predicate<String> clusters);
    }

    /** Whether it is ours now. Costs nothing. */
    boolean has(String clusterId);

    /** Gives it to the other processes. */
    @Override
    void close();

    /** For a process that is alone. */
    static Share everything() {
        return new Share() {
            @Override
            public boolean has(String clusterId) {
                return true;
            }

            @Override
            public void close() {
                // nobody else is there
            }
        };
    }

    /** Joins the processes that share this management plane; the first clusters come within seconds. */
    static Share join(KubernetesClient plane, Listener listener) {
        return new Joined(plane, listener);
    }

    /** Keeps the clock for {@link Shards}. */
    final class Joined implements Share {

        private static final Logger log = LoggerFactory.getLogger(Share.class);

        private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(run -> {
            Thread thread = new Thread(run, "drover-shards");
            thread.setDaemon(true);
            return thread;
        });
        private final Shards shards;
        private boolean failing;

        @SuppressWarnings("FutureReturnValueIgnored") // ends with the timer
        private Joined(KubernetesClient plane, Listener listener) {
            var book = new KubernetesLeases(plane, Shards.EXPIRY);
            this.shards = new Shards(name(), book, System::nanoTime, new Work() {
                @Override
                public void gained(Set<Integer> gained) {
                    listener.gained(id -> gained.contains(Shards.of(id)));
                }

                @Override
                public void lost(Set<Integer> lost) {
                    listener.lost(id -> lost.contains(Shards.of(id)));
                }

                @Override
                public boolean isIdle(int shard) {
                    return listener.isIdle(id -> Shards.of(id) == shard);
                }
            });
            timer.scheduleWithFixedDelay(this::tick, 0, Shards.TICK.toMillis(), TimeUnit.MILLISECONDS);
        }

        private void tick() {
            try {
                shards.tick();
                failing = false;
            } catch (RuntimeException e) {
                if (!failing) {
                    failing = true;
                    log.warn("The controllers' leases can't be kept, to be tried again: reason={}", e.getMessage());
                }
            }
        }

        @Override
        public boolean has(String clusterId) {
            return shards.has(Shards.of(clusterId));
        }

        @Override
        public void close() {
            Future<?> left = timer.submit(shards::leave);
            try {
                left.get(5, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                log.info("The controllers' leases were not given back and expire: reason={}", e.getMessage());
            } finally {
                timer.shutdownNow();
            }
        }

        /** Says which machine, and is no earlier process's. */
        private static String name() {
            String host;
            try {
                host = InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException e) {
                host = "unknown";
            }
            String plain = host.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]", "-");
            return plain.substring(0, Math.min(plain.length(), 40)) + "-"
                    + UUID.randomUUID().toString().substring(0, 13);
        }
    }
}
