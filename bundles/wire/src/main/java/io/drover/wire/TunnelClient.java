package io.drover.wire;

import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;

/**
 * The agent's end: opens WebSockets to a server and speaks the tunnel protocol on them. One thread serves all sessions
 * and all their connections; a few more come and go to look up names.
 */
public final class TunnelClient implements Closeable {

    /**
     * A server to connect to.
     *
     * @param address {@code ws}, {@code wss}, {@code http} or {@code https}
     * @param headers sent with the handshake as they stand
     * @param tls whom to trust; server names are always verified
     */
    public record Target(URI address, Map<String, String> headers, SSLContext tls, ProxySettings proxies) {}

    /** An HTTP answer; of a long body only the first 256 KiB. */
    public record Fetched(int status, String body) {}

    private static final int RESOLVERS = 4;
    private static final int NAMES_WAITING = 1_000;
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(20);

    private final Limits limits;
    private final EventLoop loop;
    private final ThreadPoolExecutor resolver;

    /** @param name of the client's thread */
    public TunnelClient(String name, Limits limits) throws IOException {
        this.limits = limits;
        this.loop = new EventLoop(name);
        this.resolver = new ThreadPoolExecutor(
                RESOLVERS, RESOLVERS, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(NAMES_WAITING), task -> {
                    var thread = new Thread(task, name + "-resolver");
                    thread.setDaemon(true);
                    return thread;
                });
        resolver.allowCoreThreadTimeOut(true);
    }

    /**
     * Answers the server's CONNECTs with TCP connections from here.
     *
     * @param permitted decides about {@code host:port}; called on the client's thread, must not block
     */
    public StreamAcceptor dialler(Predicate<String> permitted) {
        return new SocketDialler(loop, resolver, permitted);
    }

    /**
     * Connects once, within 20 seconds. The session is up on return and ends by itself; then {@code listener} is told.
     *
     * @throws TunnelConnectException with the reason in words
     */
    public Session connect(Target target, StreamAcceptor acceptor, SessionListener listener)
            throws TunnelConnectException, InterruptedException {
        var handshake = new Handshake(target, limits.extension());
        loop.after(CONNECT_LIMIT, handshake::giveUp);
        Handshake.Result result = handshake.run();
        var carrier = new WebSocketCarrier(loop, result.link(), result.early());
        var session = new Session(
                "client",
                carrier,
                Session.Role.CLIENT,
                result.extension(),
                new Session.Runtime(loop, loop, limits),
                acceptor,
                listener);
        var started = new CompletableFuture<Void>();
        loop.execute(() -> {
            try {
                carrier.start(session);
                started.complete(null);
            } catch (IOException e) {
                started.completeExceptionally(e);
            }
        });
        try {
            started.get();
            return session;
        } catch (ExecutionException e) {
            Quietly.close(result.link());
            throw new TunnelConnectException(
                    TunnelConnectException.Stage.HANDSHAKE, "the connection was lost at once", e.getCause());
        }
    }

    /**
     * What the server answers to a GET of the target's address, within 20 seconds, by the same road as {@link #connect}.
     *
     * @throws TunnelConnectException with the reason in words, if there is no answer
     */
    public Fetched fetch(Target target) throws TunnelConnectException {
        var handshake = new Handshake(target, limits.extension());
        loop.after(CONNECT_LIMIT, handshake::giveUp);
        return handshake.fetch();
    }

    /** Ends everything at once, without good-byes: close the sessions first. */
    @Override
    public void close() {
        loop.close();
        resolver.shutdownNow();
    }
}
