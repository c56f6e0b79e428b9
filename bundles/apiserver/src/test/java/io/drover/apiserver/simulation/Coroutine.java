package io.drover.apiserver.simulation;

import java.util.concurrent.Semaphore;

/** Code that waits for answers in the middle, on a thread of its own that runs only while the world's thread waits for it. */
final class Coroutine {

    private final Semaphore its = new Semaphore(0);
    private final Semaphore worlds = new Semaphore(0);
    private final Thread thread;
    private Throwable failure;
    private boolean ended;
    private volatile boolean killed;

    /** Ends the code wherever it waits. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;

        Killed() {
            super(null, null, false, false);
        }
    }

    Coroutine(Runnable code) {
        thread = new Thread(() -> {
            its.acquireUninterruptibly();
            try {
                if (!killed) {
                    code.run();
                }
            } catch (Killed e) {
                // as wanted
            } catch (Throwable e) {
                failure = e;
            }
            ended = true;
            worlds.release();
        });
        thread.setDaemon(true);
        thread.start();
    }

    /** Goes on until the code waits again. Called by the world. */
    void resume() {
        if (ended) {
            return;
        }
        its.release();
        worlds.acquireUninterruptibly();
        if (failure != null) {
            throw new IllegalStateException(failure);
        }
    }

    /** Waits for the next {@link #resume}. Called by the code. */
    void pause() {
        worlds.release();
        its.acquireUninterruptibly();
        if (killed) {
            throw new Killed();
        }
    }

    void kill() {
        killed = true;
        resume();
    }
}
