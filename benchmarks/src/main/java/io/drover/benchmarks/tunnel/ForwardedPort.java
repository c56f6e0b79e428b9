package io.drover.benchmarks.tunnel;

import io.drover.gateway.tunnel.Tunnels;
import io.drover.wire.Session;
import java.io.IOException;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.AbstractConnectionFactory;
import org.eclipse.jetty.server.Connector;

/** Makes each accepted connection a stream to one address, through the tunnel that is up. */
final class ForwardedPort extends AbstractConnectionFactory {

    private final Tunnels tunnels;
    private final String key;
    private final String address;

    ForwardedPort(Tunnels tunnels, String key, String address) {
        super("forwarded");
        this.tunnels = tunnels;
        this.key = key;
        this.address = address;
    }

    @Override
    public Connection newConnection(Connector connector, EndPoint endPoint) {
        var connection = new ForwardedConnection(
                endPoint, connector.getExecutor(), connector.getByteBufferPool(), this::session, address);
        return configure(connection, connector, endPoint);
    }

    private Session session() throws IOException {
        return tunnels.session(key).orElseThrow(() -> new IOException("no agent is connected"));
    }
}
