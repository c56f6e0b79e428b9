package io.drover.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** One run of another program, to its end. */
final class Command {

    private final ProcessBuilder builder;
    private Duration limit = Duration.ofMinutes(1);
    private byte[] input = {};

    private Command(List<String> words) {
        builder = new ProcessBuilder(words);
    }

    static Command of(String... words) {
        return new Command(List.of(words));
    }

    static Command of(List<String> words) {
        return new Command(words);
    }

    Command in(Path folder) {
        builder.directory(folder.toFile());
        return this;
    }

    Command with(Map<String, String> environment) {
        builder.environment().putAll(environment);
        return this;
    }

    Command within(Duration time) {
        limit = time;
        return this;
    }

    Command reading(byte[] standardInput) {
        input = standardInput;
        return this;
    }

    Command reading(Path file) {
        builder.redirectInput(file.toFile());
        return this;
    }

    /**
     * Runs the program and answers its standard output.
     *
     * @throws TestbedException with the last lines that it wrote, if it fails or takes too long
     */
    String run() {
        Path output = null;
        Path errors = null;
        try {
            output = Files.createTempFile("testbed", ".out");
            errors = Files.createTempFile("testbed", ".err");
            Process process = builder.redirectOutput(output.toFile())
                    .redirectError(errors.toFile())
                    .start();
            try (var toProcess = process.getOutputStream()) {
                toProcess.write(input);
            } catch (IOException e) {
                // It ended without reading all of its input; its exit code tells whether that matters.
            }
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
                throw new TestbedException(
                        describe() + " took longer than " + limit.toSeconds() + " s" + ending(errors));
            }
            if (process.exitValue() != 0) {
                throw new TestbedException(
                        describe() + " failed with " + process.exitValue() + ending(errors) + ending(output));
            }
            return Files.readString(output);
        } catch (IOException e) {
            throw new TestbedException("Cannot run " + describe() + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("Interrupted while running " + describe(), e);
        } finally {
            delete(output);
            delete(errors);
        }
    }

    /** The program of that name on the path, or in the folders of system programs. */
    static Optional<Path> find(String program) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("") + ":/usr/local/sbin:/usr/sbin:/sbin";
        return Stream.of(path.split(":"))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** The last lines of a log, indented under a line of their own; nothing if it is empty. */
    static String ending(Path log) {
        try {
            List<String> lines = new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            List<String> last = new ArrayList<>(lines.subList(Math.max(0, lines.size() - 15), lines.size()));
            last.replaceAll(line -> "\n  " + line);
            return String.join("", last);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String describe() {
        List<String> words = builder.command();
        return String.join(" ", words.subList(0, Math.min(words.size(), 8)));
    }

    private static void delete(Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
