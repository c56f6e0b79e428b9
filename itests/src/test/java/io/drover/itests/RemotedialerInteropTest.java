package io.drover.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.testbed.Need;
import io.drover.testbed.Needs;
import io.drover.wire.Limits;
import io.drover.wire.ProxySettings;
import io.drover.wire.Session;
import io.drover.wire.TunnelClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Our end of the tunnel, connected to a server built on the real remotedialer. */
@Needs(Need.GO)
class RemotedialerInteropTest {

    private static final int SOCKET_LIMIT_MILLIS = 30_000;
    private static final int MEGABYTE = 1024 * 1024;

    private static Path programs;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CompletableFuture<IOException> closed = new CompletableFuture<>();
    private ServerSocket target;
    private Running server;
    private TunnelClient client;
    private Session session;
    private int forwarded;
    private int refused;

    @BeforeAll
    static void build() {
        programs = RemotedialerPrograms.build();
    }

    @BeforeEach
    void connect() throws Exception {
        target = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        server = Running.start(
                Map.of(),
                List.of(
                        programs.resolve("server").toString(),
                        "-forward",
                        "127.0.0.1:0=ours/127.0.0.1:" + target.getLocalPort(),
                        "-forward",
                        "127.0.0.1:0=ours/127.0.0.1:1"));
        server.awaitOutput("listening");
        List<Integer> ports = ports(server.output());
        forwarded = ports.get(0);
        refused = ports.get(1);
        client = new TunnelClient("interop", Limits.DEFAULT);
        var address = new TunnelClient.Target(
                URI.create("ws://127.0.0.1:" + ports.get(2) + "/connect"),
                Map.of("X-Tunnel-ID", "ours"),
                SSLContext.getDefault(),
                ProxySettings.NONE);
        session = client.connect(address, client.dialler(permitted -> true), closed::complete);
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        server.close();
        target.close();
        threads.shutdownNow();
    }

    @Test
    void megabytesArriveWholeInBothDirections() throws Exception {
        byte[] piece = new byte[MEGABYTE];
        new Random(1).nextBytes(piece);
        threads.execute(() -> serve(socket -> socket.getInputStream().transferTo(socket.getOutputStream())));
        try (Socket socket = dial(forwarded)) {
            for (int i = 0; i < 64; i++) {
                threads.submit(() -> {
                    socket.getOutputStream().write(piece);
                    return null;
                });
                assertThat(socket.getInputStream().readNBytes(piece.length)).isEqualTo(piece);
            }
        }
        Wait.until("no stream is left", () -> session.statistics().streams() == 0);
        assertThat(session.statistics().bytesIn()).isEqualTo(64L * MEGABYTE);
        assertThat(session.statistics().bytesOut()).isEqualTo(64L * MEGABYTE);
    }

    @Test
    void theEndOfTheTargetsBytesArrivesAfterAllOfThem() throws Exception {
        byte[] content = new byte[20 * MEGABYTE];
        new Random(2).nextBytes(content);
        threads.execute(() -> serve(socket -> socket.getOutputStream().write(content)));
        try (Socket socket = dial(forwarded)) {
            assertThat(sha256(socket.getInputStream().readAllBytes())).isEqualTo(sha256(content));
        }
        Wait.until("no stream is left", () -> session.statistics().streams() == 0);
    }

    @Test
    void aRefusedDialEndsItsStreamAndNothingElse() throws Exception {
        try (Socket socket = dial(refused)) {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        server.awaitOutput("connection refused");
        assertThat(session.isOpen()).isTrue();
        threads.execute(() -> serve(socket -> socket.getOutputStream().write('x')));
        try (Socket socket = dial(forwarded)) {
            assertThat(socket.getInputStream().read()).isEqualTo('x');
        }
    }

    @Test
    void manyStreamsAtOnceKeepTheirBytesApart() throws Exception {
        var answers = new ArrayList<CompletableFuture<Boolean>>();
        for (int i = 0; i < 50; i++) {
            threads.execute(() -> serve(socket -> socket.getInputStream().transferTo(socket.getOutputStream())));
        }
        for (int i = 0; i < 50; i++) {
            byte[] content = new byte[200_000];
            new Random(i).nextBytes(content);
            answers.add(CompletableFuture.supplyAsync(
                    () -> {
                        try (Socket socket = dial(forwarded)) {
                            socket.getOutputStream().write(content);
                            return Arrays.equals(
                                    content, socket.getInputStream().readNBytes(content.length));
                        } catch (IOException e) {
                            return false;
                        }
                    },
                    threads));
        }
        for (CompletableFuture<Boolean> answer : answers) {
            assertThat(answer.get(30, TimeUnit.SECONDS)).isTrue();
        }
        Wait.until("no stream is left", () -> session.statistics().streams() == 0);
    }

    @Test
    void aServerThatIsKilledEndsTheSession() throws Exception {
        server.close();
        assertThat(closed.get(20, TimeUnit.SECONDS)).isNotNull();
        assertThat(session.isOpen()).isFalse();
    }

    private interface Service {
        void serve(Socket socket) throws IOException;
    }

    /** Serves one connection. */
    private void serve(Service service) {
        try (Socket socket = target.accept()) {
            service.serve(socket);
        } catch (IOException e) {
            // the test's assertions tell
        }
    }

    private static Socket dial(int port) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(SOCKET_LIMIT_MILLIS);
        return socket;
    }

    private static List<Integer> ports(String output) {
        var ports = new ArrayList<Integer>();
        Matcher matcher = Pattern.compile("(?:forwarding|listening) 127\\.0\\.0\\.1:([0-9]+)")
                .matcher(output);
        while (matcher.find()) {
            ports.add(Integer.parseInt(matcher.group(1)));
        }
        return ports;
    }

    private static byte[] sha256(byte[] bytes) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
    }
}
