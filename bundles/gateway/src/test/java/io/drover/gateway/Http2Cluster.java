package io.drover.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.drover.gateway.listener.CertificateAuthority;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** A server of HTTP/2 and HTTP/1.1: {@code /endless} never stops sending, {@code /refused} reads no body, everything else answers with its protocol. */
final class Http2Cluster implements AutoCloseable {

    final AtomicLong endlessBytes = new AtomicLong();
    final AtomicInteger endlessOpen = new AtomicInteger();
    private final Server server = new Server();
    private final ServerConnector connector;

    Http2Cluster(CertificateAuthority authority) throws Exception {
        var tls = new SslContextFactory.Server();
        tls.setKeyStore(authority.issue(Set.of("127.0.0.1"), "x".toCharArray()).keyStore());
        tls.setKeyStorePassword("x");
        var http = new HttpConfiguration();
        http.addCustomizer(new SecureRequestCustomizer(false));
        var alpn = new ALPNServerConnectionFactory("h2", "http/1.1");
        alpn.setDefaultProtocol("http/1.1");
        connector = new ServerConnector(
                server,
                new SslConnectionFactory(tls, "alpn"),
                alpn,
                new HTTP2ServerConnectionFactory(http),
                new HttpConnectionFactory(http));
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                if (request.getHttpURI().getPath().equals("/endless")) {
                    endlessOpen.incrementAndGet();
                    request.addIdleTimeoutListener(timeout -> false);
                    pour(response, callback);
                } else if (request.getHttpURI().getPath().equals("/refused")) {
                    response.setStatus(403);
                    response.write(true, ByteBuffer.wrap("no".getBytes(UTF_8)), callback);
                } else {
                    String protocol = request.getConnectionMetaData().getProtocol();
                    response.write(true, ByteBuffer.wrap(protocol.getBytes(UTF_8)), callback);
                }
                return true;
            }
        });
        server.start();
    }

    String address() {
        return "127.0.0.1:" + connector.getLocalPort();
    }

    private void pour(Response response, Callback callback) {
        byte[] piece = new byte[16 * 1024];
        response.write(
                false,
                ByteBuffer.wrap(piece),
                Callback.from(
                        () -> {
                            endlessBytes.addAndGet(piece.length);
                            pour(response, callback);
                        },
                        failure -> {
                            endlessOpen.decrementAndGet();
                            callback.failed(failure);
                        }));
    }

    @Override
    public void close() throws Exception {
        server.stop();
    }
}
