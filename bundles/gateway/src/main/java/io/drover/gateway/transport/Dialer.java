package io.drover.gateway.transport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.SocketAddressResolver;

/**
 * The one door for connections that this process opens itself: a name is resolved once, its addresses are looked at, and those that
 * pass are dialled, never the name again. Whoever may name a cluster's endpoint could else reach what only this machine can.
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
        executor.execute(() -> {
            try {
                promise.succeeded(addresses(host, port));
            } catch (IOException e) {
                promise.failed(e);
            }
        });
    }

    private List<InetSocketAddress> addresses(String host, int port) throws IOException {
        List<InetSocketAddress> allowed = new ArrayList<>();
        InetAddress[] all;
        try {
            all = InetAddress.getAllByName(host);
        } catch (UnknownHostException e) {
            throw new IOException("no such host: " + host, e);
        }
        for (InetAddress address : all) {
            if (isAllowed(address)) {
                allowed.add(new InetSocketAddress(address, port));
            }
        }
        if (allowed.isEmpty()) {
            throw new IOException(
                    "not permitted to dial " + host + ": its address is reserved for this machine or its network");
        }
        return allowed;
    }

    private boolean isAllowed(InetAddress address) {
        return !address.isAnyLocalAddress()
                && !address.isLinkLocalAddress()
                && !address.isMulticastAddress()
                && !isMetadata(address)
                && (loopbackAllowed || !address.isLoopbackAddress());
    }

    /** Clouds' instance metadata where it is not link-local: AWS over IPv6, Alibaba, Oracle. */
    private static boolean isMetadata(InetAddress address) {
        String text = address.getHostAddress();
        return text.startsWith("fd00:ec2:0:0:0:0:0:254")
                || text.equals("100.100.100.200")
                || text.equals("192.0.0.192");
    }
}
