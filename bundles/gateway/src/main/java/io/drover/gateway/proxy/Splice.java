package io.drover.gateway.proxy;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.client.HttpUpgrader;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * An upgraded connection: after the cluster's 101, bytes go both ways unread. When one side ends, the other may go on as long as it does
 * not pause for long, because the protocols spoken here know no half-closed connection. What the cluster said is passed on whole, though
 * the caller speaks, as kubectl does now and then, into a connection whose other end is no more.
 */
final class Splice implements HttpUpgrader.Factory {

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    private static final Duration LONGEST_GOODBYE = Duration.ofMinutes(1);
    private static final Duration LAST_WORDS = Duration.ofMillis(800);

    private final Request request;
    private final Response response;
    private final Callback callback;
    private final Exchange exchange;

    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicInteger open = new AtomicInteger(2);
    private final AtomicInteger flowing = new AtomicInteger(2);
    private final AtomicReference<Runnable> whenOver = new AtomicReference<>(() -> {});
    private volatile Throwable doom;
    private volatile boolean moved;
    private volatile SpliceEnd caller;
    private volatile SpliceEnd cluster;

    Splice(Request request, Response response, Callback callback, Exchange exchange) {
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.exchange = exchange;
    }

    void prepare(org.eclipse.jetty.client.Request upstream) {
        upstream.attribute(HttpUpgrader.Factory.class.getName(), this);
    }

    boolean isBegun() {
        return caller != null;
    }

    /** Has {@code task} run once when both connections are closed; at once if they are. */
    void onOver(Runnable task) {
        Runnable before = whenOver.getAndUpdate(tasks -> tasks == null
                ? null
                : () -> {
                    tasks.run();
                    task.run();
                });
        if (before == null) {
            task.run();
        }
    }

    @Override
    public HttpUpgrader newHttpUpgrader(HttpVersion version) {
        return new HttpUpgrader() {
            @Override
            public void prepare(org.eclipse.jetty.client.Request upstream) {
                // its headers are set already
            }

            @Override
            public void upgrade(org.eclipse.jetty.client.Response answer, EndPoint endPoint, Callback done) {
                begin(answer.getHeaders(), endPoint);
                done.succeeded();
            }
        };
    }

    private void begin(HttpFields answer, EndPoint clusterEndPoint) {
        EndPoint callerEndPoint =
                request.getConnectionMetaData().getConnection().getEndPoint();
        var executor = request.getConnectionMetaData().getConnector().getExecutor();
        var pool = request.getConnectionMetaData().getConnector().getByteBufferPool();
        cluster = new SpliceEnd(this, clusterEndPoint, executor, pool, SpdyFrames.of(answer));
        caller = new SpliceEnd(this, callerEndPoint, executor, pool, Optional.empty());
        exchange.upgraded();
        clusterEndPoint.setIdleTimeout(0);
        callerEndPoint.setIdleTimeout(0);
        clusterEndPoint.upgrade(cluster);
        response.setStatus(101);
        Headers.copyUpgrade(answer, response.getHeaders());
        request.setAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE, caller);
        response.write(true, null, Callback.from(callback::succeeded, failure -> {
            callback.failed(failure);
            close(failure);
        }));
        if (doom != null) {
            close(doom);
        }
    }

    /** One end is ready; when both are, bytes may flow. */
    void opened() {
        if (open.decrementAndGet() == 0) {
            caller.flowTo(cluster.getEndPoint());
            cluster.flowTo(caller.getEndPoint());
        }
    }

    /** Bytes have come from one side. */
    void moved() {
        moved = true;
    }

    /** One direction has come to its end. */
    void ended(SpliceEnd from) {
        if (flowing.decrementAndGet() == 0) {
            close(null);
        } else {
            (from == caller ? cluster : caller).getEndPoint().shutdownOutput();
            hangUpAtPause();
            if (from == cluster) {
                // All has been said: who speaks on without a pause is not waited for either.
                after(
                        LONGEST_GOODBYE,
                        () -> close(new TimeoutException("the cluster has ended and the caller has not")));
            }
        }
    }

    /** Whether what comes from there is to be read also when nobody takes it: an unread byte would cost the caller what is on its way. */
    boolean isDrained(SpliceEnd from) {
        return from == caller;
    }

    /** One side's connection is no more. */
    void lost(SpliceEnd end, Throwable cause) {
        if (end == caller || !end.hasSaidAll()) {
            close(cause);
        }
    }

    /**
     * Called again, it does not wait for last words any more.
     *
     * @param cause null if both sides have said all
     */
    void close(Throwable cause) {
        doom = cause; // in case it is only just beginning
        if (!isBegun()) {
            return;
        }
        if (closed.compareAndSet(false, true) && cause instanceof SecurityException) {
            after(LAST_WORDS, () -> hangUp(cause));
            cluster.endWith(cause.getMessage(), () -> hangUp(cause));
        } else {
            hangUp(cause);
        }
    }

    private void hangUpAtPause() {
        moved = false;
        after(LONGEST_PAUSE, () -> {
            if (!moved) {
                close(new TimeoutException("one side has ended and the other says nothing"));
            } else if (!closed.get()) {
                hangUpAtPause();
            }
        });
    }

    private void after(Duration delay, Runnable task) {
        request.getConnectionMetaData()
                .getConnector()
                .getScheduler()
                .schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void hangUp(Throwable cause) {
        // The caller's first: what the cluster says when its end closes is for nobody who lost his right.
        caller.getEndPoint().close(cause);
        cluster.getEndPoint().close(cause);
        Runnable tasks = whenOver.getAndSet(null);
        if (tasks != null) {
            tasks.run();
        }
    }
}
