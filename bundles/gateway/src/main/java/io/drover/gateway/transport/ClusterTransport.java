package io.drover.gateway.transport;

import org.eclipse.jetty.io.Transport;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** How one cluster's API server is connected to. Its identity is the key of the cluster's pool of connections. */
interface ClusterTransport extends Transport {

    /** Trusts that cluster's authority alone, and verifies the server's name. */
    SslContextFactory.Client tls();
}
