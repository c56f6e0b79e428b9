package io.drover.gateway.proxy;

import io.drover.api.audit.AuditedCall;
import io.drover.gateway.http.Replies;
import io.drover.gateway.listener.ListenerThreads;
import io.drover.gateway.transport.ClusterTarget;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.CyclicTimeouts;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;
import org.eclipse.jetty.util.thread.Invocable;

/**
 * One request to a cluster and its answer, streamed: a chunk is read when the one before it has gone to the caller, and goes at once.
 */
final class Exchange implements org.eclipse.jetty.client.Response.Listener, CyclicTimeouts.Expirable {

    private final ClusterTarget target;
    private final Request clusterRequest;
    private final Response callerResponse;
    private final Callback callerCallback;
    private final AnswerTimes answerTimes;
    private final boolean patient;
    private final long deadline = AnswerTimes.deadline();

    /** What is to be done when this is over; null once it is. */
    private final AtomicReference<Runnable> whenOver = new AtomicReference<>(() -> {});

    private boolean streaming;
    private int clusterStatus;

    /** @param patient whether the answer may take as long as it wants to begin */
    Exchange(
            ClusterTarget target,
            Request clusterRequest,
            Response callerResponse,
            Callback callerCallback,
            AnswerTimes answerTimes,
            boolean patient) {
        this.target = target;
        this.clusterRequest = clusterRequest;
        this.callerResponse = callerResponse;
        this.callerCallback = callerCallback;
        this.answerTimes = answerTimes;
        this.patient = patient;
    }

    void send() {
        if (!patient) {
            answerTimes.begin(this);
        }
        clusterRequest.send(this);
    }

    /** Has {@code task} run once when the exchange is over, in whatever way; at once if it is. */
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

    void abort(Throwable cause) {
        clusterRequest.abort(cause);
    }

    /** The connection has been handed over: from here on it is somebody else's. */
    boolean upgraded() {
        return finish();
    }

    @Override
    public long getExpireNanoTime() {
        return deadline;
    }

    @Override
    public void onHeaders(org.eclipse.jetty.client.Response clusterResponse) {
        answerTimes.answered(this);
        clusterStatus = clusterResponse.getStatus();
        callerResponse.setStatus(clusterStatus);
        Headers.copyResponse(clusterResponse.getHeaders(), callerResponse.getHeaders());
        callerResponse.getHeaders().put("Content-Security-Policy", "sandbox");
    }

    @Override
    public void onContentSource(org.eclipse.jetty.client.Response clusterResponse, Content.Source source) {
        streaming = true;
        boolean known = clusterResponse.getHeaders().contains(HttpHeader.CONTENT_LENGTH);
        new Pump(source, known).iterate();
    }

    @Override
    public void onComplete(Result result) {
        if (result.isFailed()) {
            fail(result.getFailure());
        } else if (!streaming && finish()) {
            callerResponse.write(true, null, callerCallback);
        }
    }

    private void fail(Throwable failure) {
        if (!finish()) {
            return;
        }
        if (callerResponse.isCommitted()) {
            callerCallback.failed(failure);
            return;
        }
        forgetAnswer();
        if (failure instanceof SecurityException) {
            Replies.status(callerResponse, callerCallback, 401, failure.getMessage());
        } else if (clusterStatus >= 400) {
            Replies.status(
                    callerResponse,
                    callerCallback,
                    clusterStatus,
                    "the API server refused the request before it had come whole");
        } else {
            Failures failures = Failures.of(failure, target.host() + ":" + target.port());
            if (failures.reached() && !HttpMethod.GET.is(clusterRequest.getMethod())) {
                // Clients do it again if told to: nothing may be made or deleted twice.
                Replies.finalStatus(callerResponse, callerCallback, failures.status(), failures.message());
            } else {
                Replies.status(callerResponse, callerCallback, failures.status(), failures.message());
            }
        }
    }

    private void forgetAnswer() {
        String auditId = callerResponse.getHeaders().get(AuditedCall.HEADER);
        callerResponse.reset();
        callerResponse.getHeaders().put(AuditedCall.HEADER, auditId);
    }

    private boolean finish() {
        answerTimes.answered(this);
        Runnable tasks = whenOver.getAndSet(null);
        if (tasks != null) {
            tasks.run();
        }
        return tasks != null;
    }

    /** Moves the body, without recursion and without a thread that waits. */
    private final class Pump extends IteratingCallback {

        private final Content.Source source;
        private final Runnable more = Invocable.from(InvocationType.NON_BLOCKING, this::iterate);
        private Content.Chunk chunk;
        private Content.Chunk next;
        private boolean last;
        private boolean headSent;

        /** @param headWaits whether the head may wait for the first bytes; a watch's must not */
        Pump(Content.Source source, boolean headWaits) {
            this.source = source;
            this.headSent = headWaits;
        }

        @Override
        protected Action process() throws Throwable {
            release();
            if (last) {
                return Action.SUCCEEDED;
            }
            chunk = next != null ? next : source.read();
            next = null;
            if (chunk == null) {
                if (!headSent) {
                    headSent = true;
                    callerResponse.write(false, BufferUtil.EMPTY_BUFFER, this);
                    return Action.SCHEDULED;
                }
                source.demand(more);
                return Action.IDLE;
            }
            headSent = true;
            if (Content.Chunk.isFailure(chunk)) {
                throw chunk.getFailure();
            }
            last = chunk.isLast();
            if (!last) {
                // The end often is there already: told together with the last bytes, it costs no packet of its own.
                next = source.read();
                if (next != null && next.isLast() && !next.hasRemaining() && !Content.Chunk.isFailure(next)) {
                    next.release();
                    next = null;
                    last = true;
                }
                if (!last && !chunk.hasRemaining()) {
                    succeeded();
                    return Action.SCHEDULED;
                }
            }
            callerResponse.write(last, chunk.getByteBuffer(), this);
            return Action.SCHEDULED;
        }

        @Override
        protected void onCompleteSuccess() {
            if (finish()) {
                ListenerThreads.succeed(callerCallback);
            }
        }

        @Override
        protected void onCompleteFailure(Throwable cause) {
            release();
            if (next != null) {
                next.release();
                next = null;
            }
            source.fail(cause);
            abort(cause);
            fail(cause);
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }

        private void release() {
            if (chunk != null) {
                chunk.release();
                chunk = null;
            }
        }
    }
}
