package io.drover.gateway.transport;

import io.drover.api.OutboundAddresses;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.Transport;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.SocketAddressResolver;

/**
 * The one door for connections that this process opens itself: a name is resolved once, its addresses are looked at, and those that
 * pass are dialled, never the name again. Whoever may name a cluster's endpoint could else reach what only this machine can. What
 * Drover's own configuration names, such as the cluster of its management plane, may be on this machine.
 */
public final class Dialer implements SocketAddressResolver {

    private final Executor executor;
    private final boolean loopbackAllowed;

    /** @param loopbackAllowed whether clusters on this machine may be dialled; off but for a single machine's trials */
    public Dialer(Executor executor, boolean loopbackAllowed) {
        this.executor = executor;
        this.loopbackAllowed = loopbackAllowed;
    }

    @Override
    public void resolve(String host, int port, Map<String, Object> context, Promise<List<InetSocketAddress>> promise) {
        boolean ours = context.get(Transport.CONTEXT_KEY) instanceof DirectTransport direct && direct.isOurs();
        executor.execute(() -> {
            try {
                promise.succeeded(addresses(host, port, loopbackAllowed || ours));
            } catch (IOException e) {
                promise.failed(e);
            }
        });
    }

    private List<InetSocketAddress> addresses(String host, int port, boolean loopback) throws IOException {
        return OutboundAddresses.resolve(host, loopback).stream()
                .map(address -> new InetSocketAddress(address, port))
                .toList();
    }
}
