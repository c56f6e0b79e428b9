package io.drover.itests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program that goes on while a test does something else. Closing it kills it. */
final class Running implements AutoCloseable {

    private static final int LAST_BYTES = 2000;

    private final Process process;
    private final Path output;

    private Running(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    static Running start(Map<String, String> environment, List<String> command) {
        try {
            Path output = Files.createTempFile("drover-itest", ".out");
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            return new Running(builder.start(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Standard output and standard error until now. */
    String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The end of {@link #output}, which may be long. */
    String lastOutput() throws IOException {
        try (SeekableByteChannel bytes = Files.newByteChannel(output)) {
            bytes.position(Math.max(0, bytes.size() - LAST_BYTES));
            ByteBuffer last = ByteBuffer.allocate(LAST_BYTES);
            while (bytes.read(last) > 0) {
                // until it is full or there is no more
            }
            return new String(last.array(), 0, last.position(), StandardCharsets.UTF_8).strip();
        }
    }

    /** Bytes of {@link #output}. */
    long size() throws IOException {
        return Files.size(output);
    }

    void awaitOutput(String words) {
        Wait.until("output has \"" + words + "\"", () -> output().contains(words));
    }

    boolean isRunning() {
        return process.isAlive();
    }

    /** Its exit code; fails if it goes on for longer than {@code limit}. */
    int awaitEnd(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("still runs after " + limit.toSeconds() + " s; it said:\n" + output());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            Files.deleteIfExists(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
