package io.drover.gateway.transport;

import org.eclipse.jetty.io.Transport;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** Over TCP from here; the {@link Dialer} resolves the name and looks at the address. */
final class DirectTransport extends Transport.Wrapper implements ClusterTransport {

    private final SslContextFactory.Client tls;
    private final boolean ours;

    DirectTransport(SslContextFactory.Client tls) {
        this(tls, false);
    }

    /** @param ours whether the endpoint is from Drover's own configuration, and so may be on this machine */
    DirectTransport(SslContextFactory.Client tls, boolean ours) {
        super(Transport.TCP_IP);
        this.tls = tls;
        this.ours = ours;
    }

    boolean isOurs() {
        return ours;
    }

    @Override
    public SslContextFactory.Client tls() {
        return tls;
    }
}
