package io.drover.api.auth;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Whom failures are counted against: an IPv4 address, or the /64 that one host has of IPv6. */
public final class RemoteSource {

    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]{2,45}");
    private static final int PREFIX_BYTES = 8;

    private RemoteSource() {}

    /** @param remoteAddress of a peer, in digits; null or empty for the server itself */
    public static String of(String remoteAddress) {
        if (remoteAddress == null || remoteAddress.isEmpty()) {
            return "local";
        }
        String address = remoteAddress.replaceFirst("%.*", "");
        if (!address.contains(":") || !IPV6.matcher(address).matches()) {
            return address;
        }
        try {
            // A literal: nothing is looked up.
            InetAddress parsed = InetAddress.getByName(address);
            return parsed instanceof Inet6Address
                    ? HexFormat.of().formatHex(Arrays.copyOf(parsed.getAddress(), PREFIX_BYTES)) + "/64"
                    : parsed.getHostAddress();
        } catch (UnknownHostException e) {
            return address;
        }
    }
}
