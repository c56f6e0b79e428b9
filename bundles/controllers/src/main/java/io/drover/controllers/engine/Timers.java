package io.drover.controllers.engine;

import java.time.Duration;

/** Time, as the engine sees it. What is run must return at once. */
public interface Timers {

    Timer after(Duration delay, Runnable run);

    /** Something to happen later, unless it is called off before. */
    interface Timer {
        void cancel();
    }
}
