package io.drover.wire;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/** One thread for all sockets, timers and small tasks of a client. */
final class EventLoop implements Executor, Scheduler, Closeable {

    /** Called on the loop's thread when a channel is ready; whatever it throws ends the channel. */
    interface Handler {

        void ready(SelectionKey key) throws IOException;

        void failed(IOException cause);
    }

    private record Timer(long at, Runnable task) {}

    private static final System.Logger log = System.getLogger(EventLoop.class.getName());

    private static final int SCRATCH = 64 * 1024;
    private static final int SPARE = 100 * 1024;

    private final Selector selector;
    private final Thread thread;
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean awake = new AtomicBoolean();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>((a, b) -> Long.signum(a.at - b.at));
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH);
    private final ByteBuffer[] spare = new ByteBuffer[4];
    private volatile boolean closed;

    EventLoop(String name) throws IOException {
        selector = Selector.open();
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** A buffer for use within one call on the loop's thread. */
    ByteBuffer scratch() {
        return scratch.clear();
    }

    /** A buffer to keep until it is given back, so that idle connections hold none. On the loop's thread only. */
    ByteBuffer borrow(int capacity) {
        for (int i = 0; i < spare.length; i++) {
            ByteBuffer buffer = spare[i];
            if (buffer != null && buffer.capacity() >= capacity) {
                spare[i] = null;
                return buffer.clear();
            }
        }
        return ByteBuffer.allocate(Math.max(capacity, SPARE));
    }

    void giveBack(ByteBuffer buffer) {
        for (int i = 0; i < spare.length; i++) {
            if (spare[i] == null && buffer.capacity() <= 2 * SPARE) {
                spare[i] = buffer;
                return;
            }
        }
    }

    boolean isCurrent() {
        return Thread.currentThread() == thread;
    }

    /** On the loop's thread only. */
    SelectionKey register(SelectableChannel channel, int operations, Handler handler) throws IOException {
        channel.configureBlocking(false);
        return channel.register(selector, operations, handler);
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (!isCurrent() && awake.compareAndSet(false, true)) {
            selector.wakeup();
        }
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public void after(Duration delay, Runnable task) {
        var timer = new Timer(nanoTime() + delay.toNanos(), task);
        if (isCurrent()) {
            timers.add(timer);
        } else {
            execute(() -> timers.add(timer));
        }
    }

    @Override
    public void close() {
        closed = true;
        selector.wakeup();
    }

    private void run() {
        try {
            while (!closed) {
                runTasks();
                runTimers();
                if (tasks.isEmpty()) {
                    selector.select(this::ready, millisToWait());
                } else {
                    selector.selectNow(this::ready);
                }
                awake.set(false);
            }
        } catch (IOException | ClosedSelectorException e) {
            log.log(System.Logger.Level.ERROR, "The event loop ended", e);
        } finally {
            closeAll();
        }
    }

    private void ready(SelectionKey key) {
        var handler = (Handler) key.attachment();
        try {
            if (key.isValid()) {
                handler.ready(key);
            }
        } catch (IOException e) {
            handler.failed(e);
        } catch (RuntimeException e) {
            log.log(System.Logger.Level.ERROR, "A connection failed unexpectedly", e);
            handler.failed(new IOException(e));
        }
    }

    private void runTasks() {
        Runnable end = () -> {}; // what tasks add comes after the sockets' turn
        tasks.add(end);
        for (Runnable task = tasks.poll(); task != end; task = tasks.poll()) {
            run(task);
        }
    }

    private void runTimers() {
        long now = nanoTime();
        while (!timers.isEmpty() && timers.peek().at - now <= 0) {
            run(timers.remove().task);
        }
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            log.log(System.Logger.Level.ERROR, "A task failed unexpectedly", e);
        }
    }

    private long millisToWait() {
        return timers.isEmpty() ? 0 : Math.max(1, (timers.peek().at - nanoTime()) / 1_000_000 + 1);
    }

    private void closeAll() {
        for (SelectionKey key : selector.keys()) {
            Quietly.close(key.channel());
        }
        Quietly.close(selector);
    }
}
