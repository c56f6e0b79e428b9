package io.drover.gateway.proxy;

import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.CyclicTimeouts;
import org.eclipse.jetty.util.NanoTime;
import org.eclipse.jetty.util.thread.Scheduler;

/** Ends requests whose cluster does not begin to answer. One timer for all. */
final class AnswerTimes extends CyclicTimeouts<Exchange> {

    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Set<Exchange> waiting = ConcurrentHashMap.newKeySet();

    AnswerTimes(Scheduler scheduler) {
        super(scheduler);
    }

    static long deadline() {
        return NanoTime.now() + LIMIT_NANOS;
    }

    void begin(Exchange exchange) {
        waiting.add(exchange);
        schedule(exchange);
    }

    void answered(Exchange exchange) {
        waiting.remove(exchange);
    }

    @Override
    protected Iterator<Exchange> iterator() {
        return waiting.iterator();
    }

    @Override
    protected boolean onExpired(Exchange exchange) {
        exchange.abort(new TimeoutException("no answer within 60 seconds"));
        return true;
    }
}
