package io.drover.gateway.listener;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.drover.testkit.Eventually;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RequestHeadsTest {

    private static final int MAX_NEWCOMERS = 3;

    private final AtomicLong now = new AtomicLong();
    private final RequestHeads heads = new RequestHeads(now::get, MAX_NEWCOMERS);
    private final Semaphore begun = new Semaphore(0);
    private final Semaphore goOn = new Semaphore(0);
    private final Server server = new Server();
    private ServerConnector connector;

    @BeforeEach
    void start() throws Exception {
        var tls = new SslContextFactory.Server();
        tls.setKeyStore(CertificateAuthority.create(Clock.systemUTC())
                .issue(Set.of("localhost"), "x".toCharArray())
                .keyStore());
        tls.setKeyStorePassword("x");
        connector = new ServerConnector(server, new SslConnectionFactory(tls, "http/1.1"), new HttpConnectionFactory());
        connector.setHost("127.0.0.1");
        connector.addBean(heads);
        server.addConnector(connector);
        server.setHandler(heads);
        heads.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                begun.release();
                if (request.getHttpURI().getPath().equals("/slow")) {
                    goOn.acquireUninterruptibly();
                }
                response.write(true, null, callback);
                return true;
            }
        });
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    @Test
    void aFirstRequestThatNeverBecomesWholeEndsItsConnection() throws Exception {
        try (SSLSocket socket = connect()) {
            send(socket, "GET / HTTP/1.1\r\nHost: local");

            pass(RequestHeads.FIRST.plusSeconds(1));

            assertThat(isEnded(socket)).isTrue();
        }
    }

    @Test
    void aLaterRequestMayTakeAsLongAsAConnectionMayBeIdleAndNotMuchLonger() throws Exception {
        try (SSLSocket socket = connect()) {
            send(socket, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(answer(socket)).startsWith("HTTP/1.1 200");
            send(socket, "GET / HTTP/1.1\r\n");
            pass(RequestHeads.NEXT.minusSeconds(1));
            send(socket, "Host: localhost\r\n\r\n");
            assertThat(answer(socket)).startsWith("HTTP/1.1 200");

            send(socket, "GET / HTTP/1.1\r\n");
            socket.setSoTimeout(100);
            Eventually.until(
                    "it is ended",
                    () -> { // its time runs from a moment after the answer
                        pass(RequestHeads.NEXT.plusSeconds(1));
                        return isEnded(socket);
                    });
        }
    }

    @Test
    void anAnswerMayTakeAsLongAsItWants() throws Exception {
        try (SSLSocket socket = connect()) {
            send(socket, "GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(begun.tryAcquire(20, TimeUnit.SECONDS)).isTrue();

            pass(Duration.ofHours(5));
            goOn.release();

            assertThat(answer(socket)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void onlySoManyConnectionsOfAnAddressMayBeOpenWithoutARequest() throws Exception {
        try (SSLSocket first = connect();
                SSLSocket second = connect();
                SSLSocket third = connect()) {
            assertThat(isRefused()).isTrue();

            send(second, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(answer(second)).startsWith("HTTP/1.1 200");
            Eventually.until("there is room again", () -> !isRefused());
            first.close();
            third.close();
            Eventually.until("those that have gone don't count", () -> !isRefused());
        }
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
        heads.sweep();
    }

    private SSLSocket connect() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustsAnyone()}, null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", connector.getLocalPort());
        socket.setSoTimeout(20_000);
        socket.startHandshake();
        return socket;
    }

    /** Whether one connection more is turned away. */
    private boolean isRefused() {
        try (SSLSocket socket = connect()) {
            send(socket, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
            return answer(socket).isEmpty();
        } catch (IOException e) {
            return true;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void send(SSLSocket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        socket.getOutputStream().flush();
    }

    private static String answer(SSLSocket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        int next;
        while (head.indexOf("\r\n\r\n") < 0 && (next = socket.getInputStream().read()) >= 0) {
            head.append((char) next);
        }
        return head.toString();
    }

    private static boolean isEnded(SSLSocket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private static final class TrustsAnyone implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
