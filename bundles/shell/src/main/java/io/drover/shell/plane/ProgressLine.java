package io.drover.shell.plane;

import io.drover.api.plane.PlaneStorage;
import java.io.PrintStream;

/** Says how far something has come, a line each tenth of the way. */
final class ProgressLine implements PlaneStorage.Progress {

    private static final int STEPS = 10;

    private final String what;
    private final PrintStream out;
    private long told;

    ProgressLine(String what, PrintStream out) {
        this.what = what;
        this.out = out;
    }

    @Override
    public void at(long done, long total) {
        long step = total == 0 ? STEPS : done * STEPS / total;
        if (step > told) {
            told = step;
            out.println(what + ": " + step * 100 / STEPS + " %");
            out.flush();
        }
    }
}
