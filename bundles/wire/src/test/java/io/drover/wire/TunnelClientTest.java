package io.drover.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.wire.TunnelConnectException.Stage;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ServerSocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TunnelClientTest {

    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    Path folder;

    private TunnelClient client;
    private final CompletableFuture<IOException> closed = new CompletableFuture<>();

    @BeforeEach
    void start() throws IOException {
        client = new TunnelClient("test-tunnel", Limits.DEFAULT);
    }

    @AfterEach
    void stop() {
        client.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ws plain", "ws extended", "wss plain", "wss extended"})
    void megabytesGoThroughToASocketAndBack(String how) throws Exception {
        boolean tls = how.startsWith("wss");
        SSLContext context = tls ? certificate("127.0.0.1") : SSLContext.getDefault();
        ServerSocketFactory sockets = tls ? context.getServerSocketFactory() : ServerSocketFactory.getDefault();
        try (var server = new TestServer(sockets, how.endsWith("extended"));
                var echo = new Echo()) {
            connect((tls ? "wss" : "ws") + "://127.0.0.1:" + server.port() + "/v3/connect", context);
            Session session = server.sessions.poll(30, TimeUnit.SECONDS);
            assertThat(server.requests.remove()).containsEntry("x-api-tunnel-token", "t");

            var user = new BlockingUser();
            TunnelStream stream = session.open("tcp", "127.0.0.1:" + echo.port(), user);
            byte[] sent = new byte[300_000];
            new Random(1).nextBytes(sent);
            for (int i = 0; i < 20; i++) {
                user.write(stream, sent);
                assertThat(user.read(stream, sent.length)).isEqualTo(sent);
            }
            if (how.endsWith("extended")) {
                stream.shutdownOutput();
                assertThat(user.end(stream)).isEqualTo(-1);
            }
            assertThat(session.statistics().extended()).isEqualTo(how.endsWith("extended"));
            stream.close();
            session.close("done");
            assertThat(closed.get(30, TimeUnit.SECONDS)).isNotNull();
        }
    }

    @Test
    void aDialThatFailsSaysWhy() throws Exception {
        try (var server = new TestServer(ServerSocketFactory.getDefault(), true)) {
            connect("ws://127.0.0.1:" + server.port(), SSLContext.getDefault());
            Session session = server.sessions.poll(30, TimeUnit.SECONDS);

            assertDialFails(session, "127.0.0.1:1", DialFailure.REFUSED);
            assertDialFails(session, "no-such-host.invalid:80", DialFailure.NO_SUCH_HOST);
            assertDialFails(session, "127.0.0.1:99999", DialFailure.OTHER);
            assertDialFails(session, "forbidden:80", DialFailure.NOT_PERMITTED);
        }
    }

    private static void assertDialFails(Session session, String address, DialFailure why) throws IOException {
        var user = new BlockingUser();
        TunnelStream stream = session.open("tcp", address, user);
        assertThatThrownBy(() -> user.end(stream))
                .isInstanceOfSatisfying(
                        DialException.class, e -> assertThat(e.failure()).isEqualTo(why));
    }

    @Test
    void aRefusalIsToldWithStatusAndBody() throws Exception {
        try (var server = new TestServer(ServerSocketFactory.getDefault(), true)) {
            server.refusal = "401 Unauthorized\r\nContent-Length: 21\r\n\r\nfailed authentication";
            TunnelConnectException e = refused("ws://127.0.0.1:" + server.port(), SSLContext.getDefault());

            assertThat(e.stage()).isEqualTo(Stage.REFUSED);
            assertThat(e.status()).isEqualTo(401);
            assertThat(e).hasMessage("the server refuses the connection: 401 Unauthorized: failed authentication");
        }
    }

    @Test
    void everyOtherFailureIsToldInWords() throws Exception {
        SSLContext trusted = certificate("127.0.0.1");
        SSLContext other = certificate("127.0.0.1");
        try (var server = new TestServer(trusted.getServerSocketFactory(), true)) {
            String port = ":" + server.port();
            assertThat(refused("wss://127.0.0.1" + port, other).stage()).isEqualTo(Stage.TLS);
            assertThat(refused("wss://localhost" + port, trusted))
                    .hasMessageContaining("localhost")
                    .extracting(TunnelConnectException::stage)
                    .isEqualTo(Stage.TLS);
        }
        assertThat(refused("ws://127.0.0.1:1", trusted).stage()).isEqualTo(Stage.CONNECT);
        assertThat(refused("ws://no-such-host.invalid", trusted).stage()).isEqualTo(Stage.RESOLVE);
    }

    @Test
    void aProxyIsUsedWhenTheEnvironmentSaysSo() throws Exception {
        SSLContext context = certificate("tunnel.example.com");
        try (var server = new TestServer(context.getServerSocketFactory(), true);
                var proxy = new TestServer(ServerSocketFactory.getDefault(), false)) {
            proxy.proxy = true;
            var proxies = ProxySettings.of(Map.of("HTTPS_PROXY", "http://me:secret@127.0.0.1:" + proxy.port()));
            var target = new TunnelClient.Target(
                    URI.create("wss://tunnel.example.com:" + server.port()), Map.of(), context, proxies);
            client.connect(target, StreamAcceptor.NONE, closed::complete);

            assertThat(proxy.requests.remove())
                    .containsEntry("", "CONNECT tunnel.example.com:" + server.port() + " HTTP/1.1")
                    .containsEntry("proxy-authorization", "Basic bWU6c2VjcmV0");
            assertThat(server.sessions.poll(30, TimeUnit.SECONDS)).isNotNull();
        }
    }

    @Test
    void noProxyNamesWhatIsReachedDirectly() {
        var proxies = ProxySettings.of(
                Map.of("https_proxy", "proxy.local:3128", "NO_PROXY", "10.0.0.0/8, .cluster.local,example.com:8443"));

        assertThat(proxies.towards(true, "rancher.org", 443)).contains(URI.create("http://proxy.local:3128"));
        assertThat(proxies.towards(false, "rancher.org", 80)).isEmpty();
        assertThat(proxies.towards(true, "10.43.0.1", 443)).isEmpty();
        assertThat(proxies.towards(true, "11.43.0.1", 443)).isPresent();
        assertThat(proxies.towards(true, "kubernetes.default.svc.cluster.local", 443))
                .isEmpty();
        assertThat(proxies.towards(true, "www.example.com", 8443)).isEmpty();
        assertThat(proxies.towards(true, "www.example.com", 443)).isPresent();
        assertThat(proxies.towards(true, "localhost", 443)).isEmpty();
    }

    @Test
    void theServersEndEndsTheSession() throws Exception {
        try (var server = new TestServer(ServerSocketFactory.getDefault(), true)) {
            connect("ws://127.0.0.1:" + server.port(), SSLContext.getDefault());
            server.sessions.poll(30, TimeUnit.SECONDS).close("restart");
            assertThat(closed.get(30, TimeUnit.SECONDS)).hasMessageContaining("closed the connection");
        }
    }

    @Test
    void aSocketThatIsResetFailsItsStream() throws Exception {
        try (var server = new TestServer(ServerSocketFactory.getDefault(), true);
                var listener = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            connect("ws://127.0.0.1:" + server.port(), SSLContext.getDefault());
            var user = new BlockingUser();
            TunnelStream stream = server.sessions
                    .poll(30, TimeUnit.SECONDS)
                    .open("tcp", "127.0.0.1:" + listener.getLocalPort(), user);
            try (Socket socket = listener.accept()) {
                stream.write(ByteBuffer.wrap("x".getBytes(UTF_8)));
                assertThat(socket.getInputStream().read()).isEqualTo('x');
                socket.setSoLinger(true, 0);
            }
            assertThatThrownBy(() -> user.end(stream)).hasMessageContaining("reset");
        }
    }

    @Test
    void aSocketThatTakesNoMoreIsStillHeardToItsEnd() throws Exception {
        try (var server = new TestServer(ServerSocketFactory.getDefault(), true);
                var listener = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            server.limits = new Limits(16 * 1024, 16 * 1024, 8 * 1024 * 1024, 10);
            connect("ws://127.0.0.1:" + server.port(), SSLContext.getDefault());
            var user = new BlockingUser();
            TunnelStream stream = server.sessions
                    .poll(30, TimeUnit.SECONDS)
                    .open("tcp", "127.0.0.1:" + listener.getLocalPort(), user);
            byte[] last = new byte[50_000]; // fits in the socket's buffer, but not in the window
            new Random(1).nextBytes(last);
            try (Socket socket = listener.accept()) {
                socket.getOutputStream().write(last);
                socket.shutdownOutput();
                stream.write(ByteBuffer.wrap("x".getBytes(UTF_8)));
                assertThat(socket.getInputStream().read()).isEqualTo('x');
            }

            for (int i = 0; i < 100; i++) {
                stream.write(ByteBuffer.wrap("are you there?".getBytes(UTF_8)));
            }
            assertThat(user.read(stream, last.length)).isEqualTo(last);
            assertThat(user.end(stream)).isEqualTo(-1);
        }
    }

    private void connect(String address, SSLContext tls) throws Exception {
        var target = new TunnelClient.Target(
                URI.create(address), Map.of("X-API-Tunnel-Token", "t"), tls, ProxySettings.NONE);
        client.connect(target, client.dialler(permitted -> !permitted.startsWith("forbidden")), closed::complete);
    }

    private TunnelConnectException refused(String address, SSLContext tls) {
        try {
            connect(address, tls);
        } catch (TunnelConnectException e) {
            return e;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        throw new AssertionError("connected");
    }

    /** A context whose certificate is for this name, and which trusts just that. */
    private SSLContext certificate(String name) throws Exception {
        Path file = Files.createTempFile(folder, "keys", ".p12");
        Files.delete(file);
        String alternative = (Character.isDigit(name.charAt(0)) ? "ip:" : "dns:") + name;
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-alias",
                        "a",
                        "-dname",
                        "CN=test",
                        "-ext",
                        "san=" + alternative,
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD);
        }
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("a", keys.getCertificate("a"));
        var keyManagers = KeyManagerFactory.getInstance("PKIX");
        keyManagers.init(keys, PASSWORD);
        var trustManagers = TrustManagerFactory.getInstance("PKIX");
        trustManagers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
        return context;
    }

    /** Sends back what it gets, and ends when the other side does. */
    private static final class Echo implements AutoCloseable {
        private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));

        Echo() throws IOException {
            var thread = new Thread(() -> {
                try (Socket socket = listener.accept()) {
                    socket.getInputStream().transferTo(socket.getOutputStream());
                } catch (IOException e) {
                    // the test is over
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        int port() {
            return listener.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }
}
