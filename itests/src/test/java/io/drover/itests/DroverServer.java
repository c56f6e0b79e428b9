package io.drover.itests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drover.itests.Processes.Result;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A server of the assembled distribution with its own data folder and ports, started and stopped by its script as a user would do
 * it. {@link #close} stops it and removes the data folder.
 */
final class DroverServer implements AutoCloseable {

    static final String ADMIN_PASSWORD = "correct horse battery staple";

    private static final Duration START = Duration.ofMinutes(3);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path data;
    private final int port;
    private final List<String> options;

    private DroverServer(Path data, int port, List<String> options) {
        this.data = data;
        this.port = port;
        this.options = options;
    }

    /** A server with a new data folder, ready. */
    static DroverServer start(String... options) throws IOException {
        DroverServer server = new DroverServer(Files.createTempDirectory("drover-itest"), freePort(), List.of(options));
        try {
            server.startAgain();
        } catch (RuntimeException | AssertionError e) {
            server.close();
            throw e;
        }
        return server;
    }

    /** A server that was not started yet, to listen on that port. */
    static DroverServer onPort(int port) throws IOException {
        return new DroverServer(Files.createTempDirectory("drover-itest"), port, List.of());
    }

    /** A server with a new data folder that was not started yet. */
    static DroverServer prepared() throws IOException {
        return onPort(freePort());
    }

    /** Starts it on the data it has, and waits until it is ready. */
    void startAgain() {
        Result result = run();
        if (result.exitCode() != 0) {
            throw new AssertionError("The server did not start:\n" + result.output() + "\n" + log());
        }
    }

    /** What {@code drover run --background} says, whether it starts or not. */
    Result run(String... more) {
        return script(
                START,
                Stream.of(
                                Stream.of("run", "--background", "--port", Integer.toString(port)),
                                options.stream(),
                                Stream.of(more))
                        .flatMap(words -> words)
                        .toArray(String[]::new));
    }

    /** Runs another command of the script on its data folder. */
    Result script(String... words) {
        return script(Duration.ofMinutes(1), words);
    }

    void stop() {
        script(Duration.ofMinutes(1), "stop");
    }

    /** Ends the process as {@code kill -9} does, and returns when it is gone. */
    void kill() {
        ProcessHandle process = process();
        process.destroyForcibly();
        process.onExit().join();
    }

    ProcessHandle process() {
        return ProcessHandle.of(status().path("pid").asLong())
                .orElseThrow(() -> new AssertionError("The server does not run:\n" + log()));
    }

    /** What {@code drover status --json} says. */
    JsonNode status() {
        Result result = script(Duration.ofSeconds(30), "status", "--json");
        try {
            return JSON.readTree(result.output());
        } catch (IOException e) {
            throw new AssertionError("not JSON: " + result.output(), e);
        }
    }

    /** Runs a command in the server's console. */
    Result console(String command) {
        return script(Duration.ofSeconds(60), "console", command);
    }

    URI url() {
        return URI.create("https://127.0.0.1:" + port);
    }

    int port() {
        return port;
    }

    Path data() {
        return data;
    }

    /** Requests without anybody's token. */
    Http anonymous() {
        return new Http(url(), "");
    }

    /** Requests with that token. */
    Http with(String token) {
        return new Http(url(), token);
    }

    /** Requests of the first administrator, after a sign-in. */
    Http admin() {
        return with(signIn("admin", ADMIN_PASSWORD));
    }

    /** A new token of that user's. */
    String signIn(String user, String password) {
        Http.Answer answer = anonymous()
                .post(
                        "/v3-public/localProviders/local?action=login",
                        Map.of("username", user, "password", password, "responseType", "json"));
        if (answer.status() != 201 && answer.status() != 200) {
            throw new AssertionError("sign-in answered " + answer);
        }
        return answer.json().path("token").asText();
    }

    String log() {
        try {
            Path log = data.resolve("log/drover.log");
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Result script(Duration limit, String... words) {
        List<String> command = new ArrayList<>();
        command.add(Distribution.HOME.resolve("bin/drover").toString());
        command.add(words[0]);
        command.add("--data");
        command.add(data.toString());
        command.addAll(List.of(words).subList(1, words.length));
        return Processes.run(limit, Map.of("DROVER_ADMIN_PASSWORD", ADMIN_PASSWORD), command);
    }

    @Override
    public void close() throws IOException {
        stop();
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
