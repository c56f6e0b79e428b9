package io.drover.controllers.cluster;

import io.drover.api.cluster.ClusterEndpoint;
import io.drover.api.driver.ClusterDriver;
import io.drover.api.driver.DrivenCluster;
import io.drover.api.driver.Progress;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A driver and the calls that are in it now, so that they can be ended when it goes. */
final class DriverInUse<S extends Record> {

    private static final long LEAVE_MILLIS = 5_000;

    /** The driver went before or while it was called. */
    static final class Away extends Exception {
        private static final long serialVersionUID = 1L;
    }

    private final ClusterDriver<S> driver;
    private final DriverSettings<S> settings;
    private final Set<Thread> callers = new HashSet<>();
    private boolean withdrawn;

    DriverInUse(ClusterDriver<S> driver) {
        this.driver = driver;
        this.settings = new DriverSettings<>(driver.settingsType());
    }

    boolean isOf(ClusterDriver<?> other) {
        return driver == other;
    }

    DriverSettings<S> settings() {
        return settings;
    }

    Progress converge(String id, String displayName, Map<String, Object> config, Optional<ClusterEndpoint> registered)
            throws InterruptedException, Away {
        DrivenCluster<S> cluster = new DrivenCluster<>(id, displayName, settings.read(config), registered);
        return call(() -> driver.converge(cluster));
    }

    Progress remove(String id, String displayName, Map<String, Object> config, Optional<ClusterEndpoint> registered)
            throws InterruptedException, Away {
        DrivenCluster<S> cluster = new DrivenCluster<>(id, displayName, settings.read(config), registered);
        return call(() -> driver.remove(cluster));
    }

    private Progress call(Step step) throws InterruptedException, Away {
        enter();
        try {
            return step.take();
        } catch (InterruptedException | RuntimeException e) {
            if (isWithdrawn()) {
                throw new Away();
            }
            throw e;
        } finally {
            leave();
        }
    }

    private synchronized void enter() throws Away {
        if (withdrawn) {
            throw new Away();
        }
        callers.add(Thread.currentThread());
    }

    private synchronized void leave() {
        callers.remove(Thread.currentThread());
        if (withdrawn) {
            Thread.interrupted(); // meant for the driver alone
        }
        notifyAll();
    }

    private synchronized boolean isWithdrawn() {
        return withdrawn;
    }

    /** Interrupts the running calls and waits, at most 5 seconds, for them to end; {@code false} if one did not. */
    synchronized boolean withdraw() {
        withdrawn = true;
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LEAVE_MILLIS);
        while (!callers.isEmpty()) {
            callers.forEach(Thread::interrupt);
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                return false;
            }
            try {
                wait(Math.min(left, 200));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    private interface Step {
        Progress take() throws InterruptedException;
    }
}
