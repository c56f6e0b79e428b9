package io.drover.gateway.proxy;

import com.fasterxml.jackson.databind.JsonNode;
import io.drover.api.audit.AuditedCall;
import io.drover.api.auth.Decision;
import io.drover.gateway.http.Audited;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** An answer of the management plane on its way to the caller, one part at a time. */
final class PlaneReply implements PlaneAnswer {

    private final Response response;
    private final Callback callback;
    private final AuditedCall audited;
    private final AtomicBoolean over = new AtomicBoolean();

    private final Object lock = new Object();
    private boolean isGone;
    private List<Runnable> whenGone = new ArrayList<>(1);
    private List<Runnable> whenOver = new ArrayList<>(1);
    private CompletableFuture<Void> lastWrite = CompletableFuture.completedFuture(null);

    PlaneReply(Request request, Response response, Callback callback) {
        this.response = response;
        this.callback = callback;
        this.audited = Audited.of(request);
        request.addFailureListener(this::gone);
    }

    @Override
    public void decided(Decision decision) {
        audited.decided(decision);
    }

    @Override
    public void changed(Supplier<JsonNode> before, Supplier<JsonNode> after) {
        audited.changed(before, after);
    }

    @Override
    public void annotated(String key, String value) {
        audited.annotated(key, value);
    }

    @Override
    public void begin(int status, Map<String, String> headers) {
        response.setStatus(status);
        headers.forEach((name, value) -> response.getHeaders().put(name, value));
    }

    @Override
    public CompletionStage<Void> write(ByteBuffer part) {
        var written = new CompletableFuture<Void>();
        lastWrite = written;
        response.write(false, part, Callback.from(() -> written.complete(null), failure -> {
            written.completeExceptionally(failure);
            gone(failure);
        }));
        return written;
    }

    @Override
    public void end() {
        lastWrite.thenRun(() -> {
            if (over.compareAndSet(false, true)) {
                response.write(true, null, callback);
                finished();
            }
        });
    }

    @Override
    public void abort(Throwable cause) {
        gone(cause);
    }

    @Override
    public void onGone(Runnable gone) {
        synchronized (lock) {
            if (!isGone) {
                if (whenGone != null) {
                    whenGone.add(gone);
                }
                return;
            }
        }
        gone.run();
    }

    @Override
    public void onOver(Runnable task) {
        synchronized (lock) {
            if (whenOver != null) {
                whenOver.add(task);
                return;
            }
        }
        task.run();
    }

    private void gone(Throwable failure) {
        if (over.compareAndSet(false, true)) {
            callback.failed(failure);
            List<Runnable> told;
            synchronized (lock) {
                isGone = true;
                told = whenGone;
                whenGone = null;
            }
            told.forEach(Runnable::run);
            finished();
        }
    }

    private void finished() {
        List<Runnable> told;
        synchronized (lock) {
            told = whenOver;
            whenOver = null;
            whenGone = null;
        }
        told.forEach(Runnable::run);
    }
}
