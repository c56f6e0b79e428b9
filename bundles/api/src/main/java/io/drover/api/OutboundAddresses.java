package io.drover.api;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where this process may connect to when somebody else names the host. A name is resolved once, and the addresses that are answered here
 * are what is to be dialled, never the name again: whoever may name a host could else reach what only this machine can.
 */
public final class OutboundAddresses {

    private OutboundAddresses() {}

    /**
     * Resolves a host; blocks for as long as that takes.
     *
     * @param loopbackAllowed whether this machine itself may be reached
     * @return at least one address, none of which is link-local, multicast or one of a cloud's instance metadata
     * @throws IOException if there is no such host, or it has none but forbidden addresses
     */
    public static List<InetAddress> resolve(String host, boolean loopbackAllowed) throws IOException {
        InetAddress[] all;
        try {
            all = InetAddress.getAllByName(host);
        } catch (UnknownHostException e) {
            throw new IOException("no such host: " + host, e);
        }
        List<InetAddress> allowed = Stream.of(all)
                .filter(address -> isAllowed(address, loopbackAllowed))
                .toList();
        if (allowed.isEmpty()) {
            throw new IOException(
                    "not permitted to dial " + host + ": its address is reserved for this machine or its network");
        }
        return allowed;
    }

    private static boolean isAllowed(InetAddress address, boolean loopbackAllowed) {
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
