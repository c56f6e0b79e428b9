package io.drover.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Strangers who send too much: a 4xx, memory as before, and everybody else served. */
class BadInputTest {

    private static final long GIGABYTE = 1L << 30;
    private static final long ALLOWED_GROWTH_KIB = 100 * 1024;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String LOGIN = "/v3-public/localProviders/local?action=login";

    private static DroverServer server;

    @BeforeAll
    static void start() throws IOException {
        server = DroverServer.start();
        server.admin();
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                LOGIN,
                "/v3-public/authProviders",
                "/v3/clusters",
                "/k8s/clusters/local/api/v1/namespaces",
                "/v3/connect",
                "/v3/import/x_c-none1.yaml",
                "/ping"
            })
    void aBodyOfAGigabyteIsRefusedAndNotKept(String path) throws IOException {
        long before = residentKib();

        int announced = answerTo(socket -> {
            head(socket, "POST", path, "Content-Length: " + GIGABYTE);
            flood(socket, false);
        });
        int chunked = answerTo(socket -> {
            head(socket, "POST", path, "Transfer-Encoding: chunked");
            flood(socket, true);
        });

        assertThat(announced).isBetween(400, 499);
        assertThat(chunked).isBetween(400, 499);
        assertThat(residentKib() - before).isLessThan(ALLOWED_GROWTH_KIB);
        assertThat(server.anonymous().get("/ping").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {LOGIN, "/v3/clusters", "/k8s/clusters/local/api", "/v3/connect", "/ping"})
    void aHundredThousandHeadersAreRefused(String path) throws IOException {
        int status = answerTo(socket -> {
            OutputStream out = socket.getOutputStream();
            out.write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n").getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 100_000; i++) {
                out.write(("X-Header-" + i + ": 1\r\n").getBytes(StandardCharsets.US_ASCII));
            }
            out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
        });

        assertThat(status).isBetween(400, 499);
    }

    @Test
    void jsonNestedAHundredThousandTimesIsRefused() {
        String deep = "[".repeat(100_000) + "]".repeat(100_000);

        Http.Answer answer = server.anonymous()
                .send("POST", LOGIN, "application/json", java.net.http.HttpRequest.BodyPublishers.ofString(deep));

        assertThat(answer.status()).isBetween(400, 499);
        assertThat(server.anonymous().get("/ping").status()).isEqualTo(200);
    }

    /** Sends something on a connection of its own; the server may hang up on it as soon as it has answered. */
    private static int answerTo(Sending sending) throws IOException {
        try (SSLSocket socket =
                (SSLSocket) Http.trustsAnyone().getSocketFactory().createSocket("127.0.0.1", server.port())) {
            socket.setSoTimeout((int) LIMIT.toMillis());
            socket.startHandshake();
            Thread sender = new Thread(() -> {
                try {
                    sending.to(socket);
                } catch (IOException e) {
                    // Expected: it was refused before all of it was sent.
                }
            });
            sender.setDaemon(true);
            sender.start();
            String line = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
            assertThat(line).startsWith("HTTP/1.1 ");
            return Integer.parseInt(line.split(" ")[1]);
        }
    }

    private static void head(Socket socket, String method, String path, String length) throws IOException {
        socket.getOutputStream()
                .write((method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                + length + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
    }

    private static void flood(Socket socket, boolean chunked) throws IOException {
        byte[] block = " ".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
        byte[] chunk = ("100000\r\n" + " ".repeat(1 << 20) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        for (long sent = 0; sent < GIGABYTE; sent += block.length) {
            socket.getOutputStream().write(chunked ? chunk : block);
        }
    }

    private static long residentKib() throws IOException {
        Path status = Path.of("/proc", Long.toString(server.process().pid()), "status");
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
    }

    private interface Sending {
        void to(Socket socket) throws IOException;
    }
}
