package io.drover.gateway.listener;

import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The listener's threads. */
public final class ListenerThreads extends QueuedThreadPool {

    private static final ThreadLocal<Connection[]> RESUMED = new ThreadLocal<>();

    ListenerThreads(int most, int least) {
        super(most, least);
        setName("gateway");
    }

    /**
     * Ends an exchange whose handler never blocked, and lets this thread look for the connection's next request. Jetty would wake another
     * thread for that, which costs more than looking.
     */
    public static void succeed(Callback exchange) {
        Connection[] resumed = new Connection[1];
        RESUMED.set(resumed);
        try {
            exchange.succeeded();
        } finally {
            RESUMED.remove();
        }
        if (resumed[0] instanceof Runnable next) {
            next.run();
        }
    }

    @Override
    public void execute(Runnable job) {
        Connection[] resumed = RESUMED.get();
        if (resumed != null && resumed[0] == null && job instanceof Connection connection) {
            resumed[0] = connection;
        } else {
            super.execute(job);
        }
    }
}
