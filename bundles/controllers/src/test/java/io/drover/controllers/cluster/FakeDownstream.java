package io.drover.controllers.cluster;

import io.drover.api.DroverException;
import io.drover.api.model.Cluster;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A cluster in memory: what it holds, and whether it answers. */
final class FakeDownstream implements Downstream {

    volatile String identity = "uid-1";
    volatile String failure = "";
    volatile int nodes = 3;
    volatile Set<Role> roles = Set.of();
    volatile Set<Binding> bindings = Set.of();
    final AtomicInteger looks = new AtomicInteger();
    final AtomicInteger allowed = new AtomicInteger();

    /** Waits until rights were set so often. */
    synchronized void awaitAllowed(int times) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (allowed.get() < times) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                throw new AssertionError("Rights were set " + allowed + " times only");
            }
            wait(left);
        }
    }

    @Override
    public String identity() {
        answer();
        return identity;
    }

    @Override
    public void requireReady() {
        looks.incrementAndGet();
        answer();
    }

    @Override
    public Cluster.Version version() {
        return new Cluster.Version(null, null, null, null, "v1.34.2", null, "1", "34", "linux/amd64");
    }

    @Override
    public int nodeCount() {
        return nodes;
    }

    @Override
    public synchronized void allow(String owner, Set<Role> newRoles, Set<Binding> newBindings) {
        answer();
        roles = newRoles;
        bindings = newBindings;
        allowed.incrementAndGet();
        notifyAll();
    }

    private void answer() {
        if (!failure.isEmpty()) {
            throw DroverException.unavailable(failure);
        }
    }
}
