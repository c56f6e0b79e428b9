package io.drover.gateway.transport;

import io.drover.gateway.http.Sockets;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.UpgradeProtocolHandler;
import org.eclipse.jetty.client.transport.HttpClientConnectionFactory;
import org.eclipse.jetty.client.transport.HttpClientTransportDynamic;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpScheme;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.client.transport.ClientConnectionFactoryOverHTTP2;
import org.eclipse.jetty.io.ClientConnectionFactory;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.Transport;
import org.eclipse.jetty.io.ssl.SslHandshakeListener;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The one HTTP client for all clusters: HTTP/2 where the cluster speaks it, HTTP/1.1 else, a pool of connections for each cluster. */
public final class ClusterHttp implements AutoCloseable {

    /** A stalled reader may hold back this much of an HTTP/2 stream… */
    private static final int STREAM_WINDOW = 256 * 1024;

    /** …and this many of them leave room for the others on the same connection. An allowance, not memory set aside. */
    private static final int SESSION_WINDOW = 256 * STREAM_WINDOW;

    private static final int MAX_HEADER_BYTES = 128 * 1024;
    private static final int MAX_CONNECTIONS = 8192;
    private static final long POOL_IDLE_MILLIS = 60_000;
    private static final long CONNECT_MILLIS = 10_000;
    private static final long HANDSHAKE_MILLIS = 10_000;

    private final HttpClient http;

    public ClusterHttp(QueuedThreadPool threads, boolean loopbackAllowed) throws Exception {
        var connector = new Connector();
        connector.setExecutor(threads);
        connector.setConnectTimeout(Duration.ofMillis(CONNECT_MILLIS));
        connector.setIdleTimeout(Duration.ofMillis(HANDSHAKE_MILLIS));
        var http2 = new HTTP2Client(connector);
        http2.setInitialStreamRecvWindow(STREAM_WINDOW);
        http2.setInitialSessionRecvWindow(SESSION_WINDOW);
        // The first is what is spoken with a server that negotiates nothing; one that does prefers HTTP/2 by itself.
        var transport = new HttpClientTransportDynamic(
                connector, HttpClientConnectionFactory.HTTP11, new ClientConnectionFactoryOverHTTP2.HTTP2(http2));
        transport.setInvocationType(InvocationType.NON_BLOCKING);
        http = new HttpClient(transport);
        http.setExecutor(threads);
        http.setSocketAddressResolver(new Dialer(threads, loopbackAllowed));
        http.setMaxConnectionsPerDestination(MAX_CONNECTIONS);
        http.setMaxRequestsQueuedPerDestination(MAX_CONNECTIONS);
        http.setMaxResponseHeadersSize(MAX_HEADER_BYTES);
        http.setConnectTimeout(CONNECT_MILLIS);
        http.setIdleTimeout(HANDSHAKE_MILLIS);
        http.setDestinationIdleTimeout(10 * POOL_IDLE_MILLIS);
        http.setFollowRedirects(false);
        http.setUserAgentField(null);
        http.setDefaultRequestContentType(null);
        http.setHttpCookieStore(new HttpCookieStore.Empty());
        http.addBean(new SslHandshakeListener() {
            @Override
            public void handshakeSucceeded(Event event) {
                event.getEndPoint().setIdleTimeout(POOL_IDLE_MILLIS);
            }
        });
        http.start();
        http.getContentDecoderFactories().clear();
        http.getProtocolHandlers().clear();
        http.getProtocolHandlers().put(new AnyUpgrade());
    }

    /**
     * A request to that cluster, without any header but Drover's credential. It waits for ever: whoever sends it sets the time-out that
     * suits it.
     */
    public Request request(ClusterTarget target, String method, String pathAndQuery) {
        return http.newRequest(target.host(), target.port())
                .scheme(HttpScheme.HTTPS.asString())
                .method(method)
                .path(target.prefix() + pathAndQuery)
                .headers(headers -> headers.add(target.credentials()))
                .transport(target.transport())
                .idleTimeout(0, TimeUnit.MILLISECONDS);
    }

    public HttpClient client() {
        return http;
    }

    @Override
    public void close() throws Exception {
        http.stop();
    }

    /** Chooses the cluster's own TLS settings for a connection to it. */
    private static final class Connector extends ClientConnector {
        @Override
        public ClientConnectionFactory newSslClientConnectionFactory(
                SslContextFactory.Client common, ClientConnectionFactory next) {
            return (endPoint, context) -> {
                if (!(context.get(Transport.CONTEXT_KEY) instanceof ClusterTransport cluster)) {
                    throw new IOException("only clusters are connected to from here");
                }
                return super.newSslClientConnectionFactory(cluster.tls(), next).newConnection(endPoint, context);
            };
        }

        @Override
        protected void configure(SelectableChannel selectable) throws IOException {
            super.configure(selectable);
            if (selectable instanceof SocketChannel channel) {
                Sockets.keepAlive(channel.socket());
            }
        }
    }

    /** Hands the connection over after 101, whatever protocol follows; Jetty's own knows WebSocket only. */
    private static final class AnyUpgrade extends UpgradeProtocolHandler {
        @Override
        public boolean accept(Request request, Response response) {
            return response.getStatus() == 101 && request.getHeaders().contains(HttpHeader.UPGRADE);
        }
    }
}
