package io.drover.gateway.transport;

import io.drover.gateway.tunnel.Tunnels;
import io.drover.wire.Session;
import io.drover.wire.TunnelStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import org.eclipse.jetty.client.Destination;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.Transport;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** Through the tunnel of the cluster's agent, whichever is up at the moment: a connection is a stream. */
final class TunnelTransport implements ClusterTransport {

    private static final long HANDSHAKE_MILLIS = 10_000;

    private final String key;
    private final Tunnels tunnels;
    private final SslContextFactory.Client tls;

    TunnelTransport(String key, Tunnels tunnels, SslContextFactory.Client tls) {
        this.key = key;
        this.tunnels = tunnels;
        this.tls = tls;
    }

    @Override
    public SslContextFactory.Client tls() {
        return tls;
    }

    @Override
    @SuppressWarnings("unchecked")
    public void connect(SocketAddress ignored, Map<String, Object> context) {
        var promise = (Promise<Connection>) context.get(ClientConnector.CONNECTION_PROMISE_CONTEXT_KEY);
        StreamEndPoint endPoint = null;
        try {
            var connector = (ClientConnector) context.get(ClientConnector.CONTEXT_KEY);
            var address = ((Destination) context.get(Destination.CONTEXT_KEY))
                    .getOrigin()
                    .getAddress();
            // Unresolved: the name is the agent's to resolve, and TLS verifies the certificate against it.
            var remote = InetSocketAddress.createUnresolved(address.getHost(), address.getPort());
            context.put(ClientConnector.REMOTE_SOCKET_ADDRESS_CONTEXT_KEY, remote);
            Session session =
                    tunnels.session(key).orElseThrow(() -> new IOException("the cluster's agent is not connected"));
            endPoint = new StreamEndPoint(connector.getScheduler(), connector.getExecutor(), remote);
            TunnelStream stream = session.open("tcp", address.asString(), endPoint);
            endPoint.open(stream);
            // Until the handshake is over; then the connection's own idle time-out counts.
            endPoint.setIdleTimeout(HANDSHAKE_MILLIS);
            Connection connection = ((Transport) context.get(CONTEXT_KEY)).newConnection(endPoint, context);
            endPoint.setConnection(connection);
            endPoint.onOpen();
            connection.onOpen();
            promise.succeeded(connection);
        } catch (IOException | RuntimeException e) {
            if (endPoint != null) {
                endPoint.close(e);
            }
            promise.failed(e);
        }
    }
}
