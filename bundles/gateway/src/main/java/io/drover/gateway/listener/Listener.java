package io.drover.gateway.listener;

import io.drover.gateway.http.Replies;
import io.drover.gateway.http.Sockets;
import java.io.IOException;
import java.net.BindException;
import java.net.Socket;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTPS port: TLS 1.3 and 1.2, HTTP/2 and HTTP/1.1. */
public final class Listener {

    private static final Logger log = LoggerFactory.getLogger(Listener.class);

    /** An agent's handshake carries its credential and CA, a node's also what Docker says of itself. */
    private static final int HEADER_BYTES = 128 * 1024;

    private static final int ACCEPT_QUEUE = 4096;
    private static final int MAX_THREADS = 200;
    private static final long IDLE_MILLIS = 60_000;

    /** Watches and tunnels would never end by themselves; requests that are nearly done may. */
    private static final long STOP_MILLIS = 1_000;

    /** Ways to write a path that a service behind a cluster's API server may need; everybody else's are refused by {@link FrontDoor}. */
    private static final UriCompliance PATHS = UriCompliance.DEFAULT.with(
            "kubernetes",
            UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR,
            UriCompliance.Violation.AMBIGUOUS_PATH_ENCODING,
            UriCompliance.Violation.SUSPICIOUS_PATH_CHARACTERS,
            UriCompliance.Violation.AMBIGUOUS_EMPTY_SEGMENT);

    private final Server server;
    private final ServerConnector connector;

    public Listener(String host, int port, SslContextFactory.Server tls, Handler.Wrapper door, ServletBridge bridge) {
        this.server = new Server(new ListenerThreads(MAX_THREADS, 8));
        this.connector = connector(server, tls);
        connector.setHost(host);
        connector.setPort(port);
        server.addConnector(connector);
        var heads = new RequestHeads();
        connector.addBean(heads);
        server.setHandler(heads);
        heads.setHandler(door);
        server.setErrorHandler(new Errors());
        server.setStopTimeout(STOP_MILLIS);
        door.setHandler(servlets(bridge));
    }

    public Server server() {
        return server;
    }

    public int port() {
        return connector.getLocalPort();
    }

    /** @throws BindException if the port is in use */
    public void start() throws Exception {
        try {
            connector.open();
        } catch (IOException e) {
            if (e.getCause() instanceof BindException bind) {
                throw bind;
            }
            throw e;
        }
        server.start();
    }

    public void stop() throws Exception {
        try {
            server.stop();
        } catch (TimeoutException e) {
            log.debug("Connections were still open");
        }
        connector.close();
    }

    private static ServerConnector connector(Server server, SslContextFactory.Server tls) {
        var http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendDateHeader(true);
        http.setRequestHeaderSize(HEADER_BYTES);
        http.setUriCompliance(PATHS);
        http.addCustomizer(new SecureRequestCustomizer(false));
        var http2 = new HTTP2ServerConnectionFactory(http);
        http2.setConnectProtocolEnabled(false); // WebSockets and SPDY upgrades come over HTTP/1.1
        // What is negotiated is spelled otherwise than HttpVersion does, and compared letter by letter.
        var alpn = new ALPNServerConnectionFactory("h2", "http/1.1");
        alpn.setDefaultProtocol(HttpVersion.HTTP_1_1.asString());
        var connector = new KeepAliveConnector(
                server,
                new SslConnectionFactory(tls, alpn.getProtocol()),
                alpn,
                http2,
                new HttpConnectionFactory(http));
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
        connector.setIdleTimeout(IDLE_MILLIS);
        return connector;
    }

    private static ServletContextHandler servlets(ServletBridge bridge) {
        var context = new ServletContextHandler("/", ServletContextHandler.SESSIONS);
        var holder = new ServletHolder("osgi", bridge);
        holder.setAsyncSupported(true);
        holder.setInitOrder(1);
        context.addServlet(holder, "/*");
        context.getServletHandler().setDecodeAmbiguousURIs(true); // FrontDoor has let through only what is meant
        return context;
    }

    /** A caller that vanished without a word is noticed although nothing is to be sent to him. */
    private static final class KeepAliveConnector extends ServerConnector {
        KeepAliveConnector(Server server, ConnectionFactory... factories) {
            super(server, 1, Math.max(2, Runtime.getRuntime().availableProcessors()), factories);
        }

        @Override
        protected void configure(Socket socket) {
            super.configure(socket);
            try {
                Sockets.keepAlive(socket);
            } catch (IOException e) {
                log.debug("A connection ended while it was accepted: {}", e.getMessage());
            }
        }
    }

    /** Failures that Jetty finds itself, such as a malformed request. */
    private static final class Errors extends ErrorHandler {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            Object message = request.getAttribute(ErrorHandler.ERROR_MESSAGE);
            int status = response.getStatus();
            Replies.failure(
                    request,
                    response,
                    callback,
                    status,
                    message == null ? HttpStatus.getMessage(status) : message.toString());
            return true;
        }
    }
}
