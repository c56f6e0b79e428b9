package io.drover.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Foreign programs: run to their end, or kept running until closed. */
final class Processes {

    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private static final Duration STEADY_LIMIT = Duration.ofMinutes(3);

    /** For a run that is cut off. */
    private static final Set<Process> LEFT_AT_EXIT = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(Processes::endAll));
    }

    private Processes() {}

    /** Runs a program to its end and answers what it printed; fails on another exit code than 0 or when it takes too long. */
    static String output(List<String> command, Duration limit) throws IOException, InterruptedException {
        Path out = Files.createTempFile("drover-benchmark", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile())
                    .start();
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new IOException(command.get(0) + " took longer than " + limit + ": " + Files.readString(out));
            }
            if (process.exitValue() != 0) {
                throw new IOException(
                        command.get(0) + " ended with " + process.exitValue() + ": " + Files.readString(out));
            }
            return Files.readString(out);
        } finally {
            Files.deleteIfExists(out);
        }
    }

    /** Starts a program that is to run until it is closed; its output goes to {@code log}. */
    static Running start(List<String> command, Path log) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        LEFT_AT_EXIT.add(process);
        return new Running(process, log);
    }

    /** Starts a program that is told and asked through its standard input and output; its complaints are printed. */
    static Process piped(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        LEFT_AT_EXIT.add(process);
        return process;
    }

    private static void endAll() {
        LEFT_AT_EXIT.forEach(process -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        });
    }

    static void await(String what, Duration limit, BooleanSupplier condition) throws IOException, InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new IOException(what + " was not there after " + limit);
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    static boolean accepts(int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** A port nobody listens on now. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** Resident memory of a process, in MiB. */
    static double residentMiB(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
            }
        }
        throw new IOException("No resident size of process " + pid);
    }

    /** Resident memory of a process that is left alone, once it is {@code least} old and steady, in MiB. */
    static double steadyResidentMiB(long pid, Duration least) throws IOException, InterruptedException {
        Instant ready = Instant.now().plus(least);
        Instant giveUp = ready.plus(STEADY_LIMIT);
        double[] last = new double[5];
        for (int i = 0; ; i++) {
            last[i % last.length] = residentMiB(pid);
            double greatest = Arrays.stream(last).max().getAsDouble();
            double smallest = Arrays.stream(last).min().getAsDouble();
            Instant now = Instant.now();
            if (now.isAfter(ready) && (greatest - smallest < 0.01 * greatest || now.isAfter(giveUp))) {
                return last[i % last.length];
            }
            TimeUnit.SECONDS.sleep(5);
        }
    }

    record Running(Process process, Path log) implements AutoCloseable {

        /** Waits until it accepts connections there, or ends it and tells what it printed instead. */
        Running awaitPort(int port) throws IOException, InterruptedException {
            return awaitSign("port " + port, () -> accepts(port));
        }

        /** Waits until it has printed a line that begins so, or ends it and tells what it printed instead. */
        Running awaitLine(String beginning) throws IOException, InterruptedException {
            return awaitSign("the line \"" + beginning + "\"", () -> printed(beginning));
        }

        private Running awaitSign(String what, BooleanSupplier sign) throws IOException, InterruptedException {
            try {
                await(what, START_LIMIT, () -> !process.isAlive() || sign.getAsBoolean());
            } catch (IOException e) {
                close();
                throw new IOException(e.getMessage() + "; " + Files.readString(log), e);
            }
            if (!process.isAlive()) {
                throw new IOException("It ended: " + Files.readString(log));
            }
            return this;
        }

        private boolean printed(String beginning) {
            try {
                return Files.readString(log).lines().anyMatch(line -> line.startsWith(beginning));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
            try {
                if (!process.waitFor(10, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
