package io.drover.testbed;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The namespaces in which one cluster runs, and the processes started in them. They are held by {@code guard.sh}, which
 * outlives this process and cleans up after it.
 */
final class Sandbox {

    private static final Duration CLEANING = Duration.ofSeconds(30);
    private static final File NOTHING = new File("/dev/null");

    private final Settings settings;
    private final Path folder;
    private final Process guard;
    private final long firstProcess;
    private final Map<String, Process> daemons = new LinkedHashMap<>();
    private boolean stays;

    private Sandbox(Settings settings, Path folder, Process guard, long firstProcess) {
        this.settings = settings;
        this.folder = folder;
        this.guard = guard;
        this.firstProcess = firstProcess;
    }

    /** Makes the namespaces of the cluster in that folder. They end with this process, unless they are told to {@link #stay}. */
    static Sandbox create(Settings settings, Path folder) throws IOException {
        Path script = folder.resolve("guard.sh");
        Files.write(script, Resources.read("guard.sh"));
        ProcessBuilder builder = new ProcessBuilder("setsid", "sh", script.toString(), "hold", folder.toString());
        builder.redirectError(folder.resolve("logs/guard.log").toFile());
        Process guard = builder.start();
        try (var answers = new BufferedReader(new InputStreamReader(guard.getInputStream(), StandardCharsets.UTF_8))) {
            String answer = answers.readLine();
            if (answer == null || !answer.startsWith("ready ")) {
                throw new TestbedException("Cannot make namespaces for cluster " + settings.name() + ": " + answer);
            }
            return new Sandbox(settings, folder, guard, Long.parseLong(answer.substring("ready ".length())));
        }
    }

    /** Lets the namespaces outlive this process. */
    void stay() throws IOException {
        try (OutputStream toGuard = guard.getOutputStream()) {
            toGuard.write("stay\n".getBytes(StandardCharsets.UTF_8));
        }
        stays = true;
    }

    /** The sandbox that another process made. */
    static Sandbox of(Settings settings, Path folder) throws IOException {
        ProcessIdentity first = ProcessIdentity.parse(Files.readString(folder.resolve("init.pid")));
        return new Sandbox(settings, folder, null, first.pid());
    }

    /** Starts a program that runs as long as the cluster, with a log of its own. */
    void start(String name, List<String> command) throws IOException {
        List<String> words = new ArrayList<>(List.of("setsid"));
        words.addAll(entered(command));
        ProcessBuilder builder = new ProcessBuilder(words)
                .redirectInput(NOTHING)
                .redirectErrorStream(true)
                .redirectOutput(log(name).toFile());
        builder.environment().put("NO_PROXY", "*");
        daemons.put(name, builder.start());
    }

    /** @throws TestbedException with the end of its log, if a program that was started has ended */
    void requireRunning() {
        daemons.forEach((name, process) -> {
            if (!process.isAlive()) {
                throw new TestbedException(
                        name + " ended with " + process.exitValue() + ":" + Command.ending(log(name)));
            }
        });
    }

    Path log(String name) {
        return folder.resolve("logs").resolve(name + ".log");
    }

    /** A program to run among the cluster's processes. */
    Command command(String... words) {
        return Command.of(entered(List.of(words)));
    }

    private List<String> entered(List<String> command) {
        List<String> words = new ArrayList<>(List.of("nsenter", "--target", Long.toString(firstProcess), "--pid"));
        if (settings.node()) {
            words.addAll(List.of("--mount", "--net"));
        } else if (!Host.isRoot()) {
            words.addAll(List.of("--user", "--preserve-credentials"));
        }
        words.addAll(command);
        return words;
    }

    /** Ends all processes and removes everything; does nothing if that has been done. */
    void remove() {
        if (guard == null) {
            remove(folder);
            return;
        }
        try {
            if (stays) {
                guard.destroy();
            } else {
                guard.getOutputStream().close();
            }
            if (!guard.waitFor(CLEANING.toSeconds(), TimeUnit.SECONDS)) {
                throw new TestbedException("The cluster in " + folder + " is not gone after " + CLEANING.toSeconds()
                        + " s; see " + log("guard"));
            }
            // What entered the namespaces stands outside of them, and ends a moment after what it started.
            for (Process daemon : daemons.values()) {
                daemon.waitFor(CLEANING.toSeconds(), TimeUnit.SECONDS);
            }
        } catch (IOException e) {
            throw new TestbedException("Cannot stop the cluster in " + folder, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Removes a cluster that another process started, or what is left of it. */
    static void remove(Path folder) {
        guardOf(folder).ifPresent(guard -> {
            ProcessHandle.of(guard.pid()).ifPresent(ProcessHandle::destroy);
            Wait.until(CLEANING, "the guard of " + folder + " to end", () -> !guard.isAlive());
        });
        if (Files.exists(folder.resolve("cluster"))) {
            Path script = folder.resolve("guard.sh");
            try {
                Files.write(script, Resources.read("guard.sh"));
            } catch (IOException e) {
                throw new TestbedException("Cannot clean up " + folder, e);
            }
            Command.of("sh", script.toString(), "clean", folder.toString())
                    .within(CLEANING)
                    .run();
        }
    }

    /** The process that holds the namespaces of the cluster in that folder, if it lives. */
    static Optional<ProcessIdentity> guardOf(Path folder) {
        try {
            return Optional.of(ProcessIdentity.parse(Files.readString(folder.resolve("guard.pid"))))
                    .filter(ProcessIdentity::isAlive);
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
