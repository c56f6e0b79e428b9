package io.drover.gateway.transport;

import org.eclipse.jetty.io.Transport;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** Over TCP from here; the {@link Dialer} resolves the name and has looked at the address. */
final class DirectTransport extends Transport.Wrapper implements ClusterTransport {

    private final SslContextFactory.Client tls;

    DirectTransport(SslContextFactory.Client tls) {
        super(Transport.TCP_IP);
        this.tls = tls;
    }

    @Override
    public SslContextFactory.Client tls() {
        return tls;
    }
}
