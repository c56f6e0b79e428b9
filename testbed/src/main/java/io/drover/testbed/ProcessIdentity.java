package io.drover.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One process for good: numbers are used again, a number with its start is not.
 *
 * @param start as {@code /proc} tells it, in ticks since the machine started
 */
record ProcessIdentity(long pid, String start) {

    static ProcessIdentity current() {
        long pid = ProcessHandle.current().pid();
        return new ProcessIdentity(pid, startOf(pid).orElseThrow());
    }

    /** Reads {@code PID:START}, as {@code guard.sh} writes it. */
    static ProcessIdentity parse(String text) {
        String[] parts = text.strip().split(":", 2);
        return new ProcessIdentity(Long.parseLong(parts[0]), parts[1]);
    }

    boolean isAlive() {
        return startOf(pid).filter(start::equals).isPresent();
    }

    @Override
    public String toString() {
        return pid + ":" + start;
    }

    /** Nothing, if there is no such process or only its exit code is left. */
    private static Optional<String> startOf(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            // The second field is the program's name in parentheses, and may hold anything.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return fields[0].equals("Z") ? Optional.empty() : Optional.of(fields[19]);
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
