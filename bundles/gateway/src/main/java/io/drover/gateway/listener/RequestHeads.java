package io.drover.gateway.listener;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends connections on which the next request does not come in time. An idle time-out does not: who sends a byte now and then is never
 * idle. It also bounds how many connections of one address may be open that have not sent a request yet.
 */
final class RequestHeads extends Handler.Wrapper implements Connection.Listener {

    /** From the connection, with its TLS handshake, to the end of the first request's head. */
    static final Duration FIRST = Duration.ofSeconds(30);

    /** From the end of a request to the end of the next one's head; idle connections end before that. */
    static final Duration NEXT = Duration.ofSeconds(90);

    /** Hundreds of agents may come at once through one router or load balancer. */
    private static final int MAX_NEWCOMERS = 1_024;

    private static final Logger log = LoggerFactory.getLogger(RequestHeads.class);

    private final LongSupplier nanoTime;
    private final int maxNewcomers;
    private final Map<SslConnection, Head> heads = new ConcurrentHashMap<>();
    private final Map<InetAddress, Integer> newcomers = new ConcurrentHashMap<>();
    private Scheduler.Task sweeping = () -> true;

    /** What a connection waits for. */
    private static final class Head {
        final InetAddress source;
        volatile boolean expected = true;
        volatile long since;
        volatile Duration limit = FIRST;
        boolean newcomer = true;

        Head(InetAddress source, long since) {
            this.source = source;
            this.since = since;
        }
    }

    RequestHeads() {
        this(System::nanoTime, MAX_NEWCOMERS);
    }

    RequestHeads(LongSupplier nanoTime, int maxNewcomers) {
        this.nanoTime = nanoTime;
        this.maxNewcomers = maxNewcomers;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        sweepLater();
    }

    @Override
    protected void doStop() throws Exception {
        sweeping.cancel();
        super.doStop();
    }

    private void sweepLater() {
        sweeping = getServer()
                .getScheduler()
                .schedule(
                        () -> {
                            sweep();
                            if (isRunning()) {
                                sweepLater();
                            }
                        },
                        1,
                        TimeUnit.SECONDS);
    }

    /** Ends what has waited too long. */
    void sweep() {
        long now = nanoTime.getAsLong();
        heads.forEach((connection, head) -> {
            if (head.expected && now - head.since > head.limit.toNanos()) {
                log.debug("A request did not come whole in time: from={}", head.source);
                connection.getEndPoint().close();
            }
        });
    }

    @Override
    public void onOpened(Connection connection) {
        if (!(connection instanceof SslConnection encrypted)) {
            return;
        }
        InetAddress source = source(encrypted.getEndPoint());
        heads.put(encrypted, new Head(source, nanoTime.getAsLong()));
        if (newcomers.merge(source, 1, Integer::sum) > maxNewcomers) {
            log.debug("Too many connections without a request: from={}", source);
            encrypted.getEndPoint().close();
        }
    }

    @Override
    public void onClosed(Connection connection) {
        if (connection instanceof SslConnection) {
            Head head = heads.remove(connection);
            if (head != null) {
                arrived(head);
            }
        }
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        SslConnection connection = connection(request);
        Head head = connection == null ? null : heads.get(connection);
        if (head != null) {
            arrived(head);
            head.expected = false;
            if (request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_2) {
                heads.remove(connection); // requests there don't follow one another
            } else {
                request.addHttpStreamWrapper(stream -> new Following(stream, response, connection, head));
            }
        }
        return super.handle(request, response, callback);
    }

    private void arrived(Head head) {
        synchronized (head) {
            if (!head.newcomer) {
                return;
            }
            head.newcomer = false;
        }
        newcomers.computeIfPresent(head.source, (source, count) -> count > 1 ? count - 1 : null);
    }

    private static SslConnection connection(Request request) {
        EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
        return endPoint instanceof SslConnection.SslEndPoint encrypted ? encrypted.getSslConnection() : null;
    }

    private static InetAddress source(EndPoint endPoint) {
        return endPoint.getRemoteSocketAddress() instanceof InetSocketAddress address && address.getAddress() != null
                ? address.getAddress()
                : InetAddress.getLoopbackAddress();
    }

    /** Expects the next request when this one is over, unless the connection has become something else. */
    private final class Following extends HttpStream.Wrapper {

        private final Response response;
        private final SslConnection connection;
        private final Head head;

        Following(HttpStream stream, Response response, SslConnection connection, Head head) {
            super(stream);
            this.response = response;
            this.connection = connection;
            this.head = head;
        }

        @Override
        public void succeeded() {
            if (response.getStatus() == HttpStatus.SWITCHING_PROTOCOLS_101) {
                heads.remove(connection);
            } else {
                head.since = nanoTime.getAsLong();
                head.limit = NEXT;
                head.expected = true;
            }
            super.succeeded();
        }
    }
}
