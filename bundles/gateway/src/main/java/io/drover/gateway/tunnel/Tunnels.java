package io.drover.gateway.tunnel;

import io.drover.wire.Session;
import io.drover.wire.SessionStatistics;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tunnels that are up. One key may have several: an agent with two replicas, or one that came back before its old connection was
 * known to be dead. Reading takes no lock.
 */
public final class Tunnels {

    /** An agent of either dialect sends a ping every 5 seconds. */
    private static final Duration HEALTHY = Duration.ofSeconds(12);

    private static final Logger log = LoggerFactory.getLogger(Tunnels.class);

    /** @param since when it connected */
    public record Tunnel(String key, Session session, String remoteAddress, Instant since) {}

    /** @param reason why the last tunnel of a key ended, in words */
    public record End(String reason, Instant at) {}

    /** Told when a key's first tunnel came up or its last one ended; must return quickly. */
    public interface Listener {
        void changed(String key);
    }

    private final ConcurrentHashMap<String, List<Tunnel>> byKey = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, End> ends = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<Listener> listeners = new CopyOnWriteArrayList<>();

    /** Holds one tunnel that is not its cluster's yet. */
    static Tunnels of(Tunnel tunnel) {
        var alone = new Tunnels();
        alone.byKey.put(tunnel.key(), List.of(tunnel));
        return alone;
    }

    public boolean isUp(String key) {
        return byKey.containsKey(key);
    }

    /** The session that new streams go through: the newest of those that gave a sign of life lately. */
    public Optional<Session> session(String key) {
        List<Tunnel> tunnels = byKey.getOrDefault(key, List.of());
        return switch (tunnels.size()) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(tunnels.get(0).session());
            default -> best(tunnels);
        };
    }

    public Optional<End> lastEnd(String key) {
        return Optional.ofNullable(ends.get(key));
    }

    public List<Tunnel> all() {
        return byKey.values().stream().flatMap(List::stream).toList();
    }

    public AutoCloseable listen(Listener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    void add(Tunnel tunnel) {
        List<Tunnel> now = byKey.merge(
                tunnel.key(), List.of(tunnel), (before, more) -> Stream.concat(before.stream(), more.stream())
                        .toList());
        if (now.size() > 1) {
            log.info(
                    "Another agent connected with the same registration: key={} from={} agents={}. New streams go through it",
                    tunnel.key(),
                    tunnel.remoteAddress(),
                    now.size());
        } else {
            log.info("Agent connected: key={} from={}", tunnel.key(), tunnel.remoteAddress());
            listeners.forEach(listener -> listener.changed(tunnel.key()));
        }
    }

    void remove(Tunnel tunnel, String reason) {
        List<Tunnel> left = byKey.computeIfPresent(tunnel.key(), (key, before) -> {
            List<Tunnel> rest = before.stream().filter(t -> t != tunnel).toList();
            return rest.isEmpty() ? null : rest;
        });
        ends.put(tunnel.key(), new End(reason, Instant.now()));
        log.info(
                "Agent disconnected: key={} from={} reason={} agents={}",
                tunnel.key(),
                tunnel.remoteAddress(),
                reason,
                left == null ? 0 : left.size());
        if (left == null) {
            listeners.forEach(listener -> listener.changed(tunnel.key()));
        }
    }

    /** Ends the tunnels of a cluster that is no more, and forgets why earlier ones ended. */
    public void drop(String key, String reason) {
        byKey.getOrDefault(key, List.of()).forEach(tunnel -> tunnel.session().close(reason));
        ends.remove(key);
    }

    /** Ends all, for a server that stops. */
    public void closeAll(String reason) {
        all().forEach(tunnel -> tunnel.session().close(reason));
    }

    private static Optional<Session> best(List<Tunnel> tunnels) {
        record Candidate(Tunnel tunnel, SessionStatistics seen) {
            boolean healthy() {
                return tunnel.session().isOpen()
                        && !tunnel.session().isGoingAway()
                        && seen.silence().compareTo(HEALTHY) < 0;
            }
        }
        List<Candidate> candidates = tunnels.stream()
                .map(tunnel -> new Candidate(tunnel, tunnel.session().statistics()))
                .toList();
        return candidates.stream()
                .filter(Candidate::healthy)
                .max(Comparator.comparing(candidate -> candidate.tunnel().since()))
                .or(() -> candidates.stream()
                        .min(Comparator.comparing(candidate -> candidate.seen().silence())))
                .map(candidate -> candidate.tunnel().session());
    }
}
