package io.drover.benchmarks;

import io.drover.testbed.Parts;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The program {@code benchmarks/go/watchers}: many watches of a few objects, that cost the machine less than what is measured. */
final class Watchers implements AutoCloseable {

    static final int COUNT = 200;

    /**
     * How long an event takes, in milliseconds.
     *
     * @param answered p99 of what the change itself took until it was answered, the disk's part in it
     */
    record Delay(double p50, double p99, double answered) {}

    private final Process process;
    private final BufferedWriter commands;
    private final BufferedReader answers;

    private Watchers(Process process) {
        this.process = process;
        this.commands = process.outputWriter();
        this.answers = process.inputReader();
    }

    static Watchers start(Path root, PlaneApi api, String path) throws IOException, InterruptedException {
        Path program =
                Parts.goPrograms(root.resolve("benchmarks/go/watchers"), ".").resolve("watchers");
        Watchers watchers = new Watchers(Processes.piped(
                List.of(program.toString(), "-url=" + api.url() + path, "-token=" + api.token(), "-watches=" + COUNT)));
        watchers.answer();
        return watchers;
    }

    /** Events a second that all watches together hear of when objects are changed as fast as can be. */
    double eventsPerSecond(Duration time) throws IOException {
        return Double.parseDouble(ask("rate " + time.toSeconds()));
    }

    /** From before a change is sent until a watch hears of it, at 20 changes a second. */
    Delay delay(Duration time) throws IOException {
        String[] millis = ask("delay " + time.toSeconds()).split(" ");
        return new Delay(Double.parseDouble(millis[0]), Double.parseDouble(millis[1]), Double.parseDouble(millis[2]));
    }

    /** More watches, that stop reading at once. */
    void addStalled(int count) throws IOException {
        ask("stall " + count);
    }

    private String ask(String command) throws IOException {
        commands.write(command);
        commands.newLine();
        commands.flush();
        return answer();
    }

    private String answer() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new IOException("The watches ended; what they said is above");
        }
        return line;
    }

    @Override
    public void close() {
        process.destroy();
    }
}
