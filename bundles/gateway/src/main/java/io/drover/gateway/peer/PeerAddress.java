package io.drover.gateway.peer;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;

/** Where the other processes reach this one. */
public final class PeerAddress {

    private static final Set<String> ANY = Set.of("", "0.0.0.0", "::", "[::]");

    private PeerAddress() {}

    /**
     * @param configured empty if nobody said
     * @param listen the address that the port is bound to
     */
    public static URI of(String configured, String listen, int port) {
        String host = !configured.isEmpty() ? configured : ANY.contains(listen) ? ofThisMachine() : listen;
        boolean bare = host.contains(":") && !host.startsWith("[");
        return URI.create("https://" + (bare ? "[" + host + "]" : host) + ":" + port);
    }

    private static String ofThisMachine() {
        try {
            Optional<InetAddress> address = NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(a -> !a.isLoopbackAddress() && !a.isLinkLocalAddress())
                    .min(Comparator.comparing((InetAddress a) -> !(a instanceof Inet4Address))
                            .thenComparing(InetAddress::getHostAddress));
            return address.map(InetAddress::getHostAddress).orElse("127.0.0.1");
        } catch (SocketException e) {
            return "127.0.0.1";
        }
    }
}
