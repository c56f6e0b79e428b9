package io.drover.apiserver.serve;

import io.drover.api.plane.PlaneServer.Reply;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Sends the parts of an answer one after the other, the next one only when the receiver took the last. */
final class Sending {

    private final Reply reply;
    private final Iterator<ByteBuffer> parts;
    private final Executor executor;

    private Sending(Reply reply, Iterator<ByteBuffer> parts, Executor executor) {
        this.reply = reply;
        this.parts = parts;
        this.executor = executor;
    }

    static void send(Answer answer, Reply reply, Executor executor) {
        reply.begin(answer.status(), answer.headers());
        new Sending(reply, answer.parts(), executor).run();
    }

    private void run() {
        try {
            while (parts.hasNext()) {
                CompletableFuture<Void> taken = reply.write(parts.next()).toCompletableFuture();
                if (!taken.isDone()) {
                    taken.whenCompleteAsync((v, failure) -> goOn(failure), executor);
                    return;
                }
                taken.join();
            }
            reply.end();
        } catch (RuntimeException e) {
            reply.abort(e);
        }
    }

    private void goOn(Throwable failure) {
        if (failure == null) {
            run();
        } else {
            reply.abort(failure);
        }
    }
}
