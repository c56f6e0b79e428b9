package io.drover.apiserver.cel;

import static io.drover.apiserver.cel.Overload.global;
import static io.drover.apiserver.cel.Overload.member;
import static io.drover.apiserver.cel.Type.BOOL;
import static io.drover.apiserver.cel.Type.INT;
import static io.drover.apiserver.cel.Type.STRING;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** Addresses and networks. */
final class NetworkFunctions {

    private static final Type IP = Type.opaque("net.IP");
    private static final Type CIDR = Type.opaque("net.CIDR");
    private static final CostRule WALK = CostRule.walk(0, CostRule.CHARACTER);
    private static final String OCTET = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final Pattern V4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
    private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:]{2,39}(\\.[\\d.]{1,15})?");

    private record Ip(InetAddress address) implements Overload.OpaqueValue {
        @Override
        public Type type() {
            return IP;
        }

        boolean isV4() {
            return address.getAddress().length == 4;
        }

        /** The shortest form, the longest run of zeros left out. */
        @Override
        public String toString() {
            return isV4() ? address.getHostAddress() : shortest(address.getAddress());
        }

        private static String shortest(byte[] bytes) {
            int[] words = new int[8];
            for (int i = 0; i < 8; i++) {
                words[i] = (bytes[2 * i] & 0xff) << 8 | (bytes[2 * i + 1] & 0xff);
            }
            int start = -1;
            int length = 1;
            for (int i = 0; i < 8; i++) {
                int end = i;
                while (end < 8 && words[end] == 0) {
                    end++;
                }
                if (end - i > length) {
                    start = i;
                    length = end - i;
                }
            }
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < 8; i++) {
                if (i == start) {
                    text.append("::");
                    i += length - 1;
                } else {
                    text.append(text.length() == 0 || text.charAt(text.length() - 1) == ':' ? "" : ":")
                            .append(Integer.toHexString(words[i]));
                }
            }
            return text.toString();
        }
    }

    private record Cidr(Ip ip, int bits) implements Overload.OpaqueValue {
        @Override
        public Type type() {
            return CIDR;
        }

        boolean contains(Ip other) {
            byte[] a = ip.address.getAddress();
            byte[] b = other.address.getAddress();
            return a.length == b.length && Arrays.equals(masked(a, bits), masked(b, bits));
        }

        boolean contains(Cidr other) {
            return other.bits >= bits && contains(other.ip);
        }

        Cidr masked() {
            return new Cidr(new Ip(address(masked(ip.address.getAddress(), bits))), bits);
        }

        private static byte[] masked(byte[] address, int bits) {
            byte[] masked = address.clone();
            for (int bit = bits; bit < 8 * masked.length; bit++) {
                masked[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
            }
            return masked;
        }

        @Override
        public String toString() {
            return ip + "/" + bits;
        }
    }

    private NetworkFunctions() {}

    static List<Overload> all() {
        List<Overload> all = new ArrayList<>();
        all.add(global("ip", IP, a -> ip((String) a[0]), STRING).costing(WALK));
        all.add(global("isIP", BOOL, a -> isIp((String) a[0]), STRING).costing(WALK));
        all.add(global("ip.isCanonical", BOOL, a -> ip((String) a[0]).toString().equals(a[0]), STRING)
                .costing(CostRule.walk(0, 2 * CostRule.CHARACTER)));
        all.add(global("string", STRING, a -> a[0].toString(), IP));
        all.add(member("family", INT, a -> ((Ip) a[0]).isV4() ? 4L : 6L, IP));
        all.add(member("isUnspecified", BOOL, a -> address(a[0]).isAnyLocalAddress(), IP));
        all.add(member("isLoopback", BOOL, a -> address(a[0]).isLoopbackAddress(), IP));
        all.add(member("isLinkLocalMulticast", BOOL, a -> address(a[0]).isMCLinkLocal(), IP));
        all.add(member("isLinkLocalUnicast", BOOL, a -> address(a[0]).isLinkLocalAddress(), IP));
        all.add(member("isGlobalUnicast", BOOL, a -> isGlobalUnicast((Ip) a[0]), IP));
        all.add(global("cidr", CIDR, a -> cidr((String) a[0]), STRING).costing(WALK));
        all.add(global("isCIDR", BOOL, a -> isCidr((String) a[0]), STRING).costing(WALK));
        all.add(global("string", STRING, a -> a[0].toString(), CIDR));
        all.add(member("containsIP", BOOL, a -> ((Cidr) a[0]).contains(ip((String) a[1])), CIDR, STRING)
                .costing(CostRule.walk(1, 2 * CostRule.CHARACTER)));
        all.add(member("containsIP", BOOL, a -> ((Cidr) a[0]).contains((Ip) a[1]), CIDR, IP));
        all.add(member("containsCIDR", BOOL, a -> ((Cidr) a[0]).contains(cidr((String) a[1])), CIDR, STRING)
                .costing(CostRule.walk(1, 2 * CostRule.CHARACTER)));
        all.add(member("containsCIDR", BOOL, a -> ((Cidr) a[0]).contains((Cidr) a[1]), CIDR, CIDR));
        all.add(member("ip", IP, a -> ((Cidr) a[0]).ip(), CIDR));
        all.add(member("masked", CIDR, a -> ((Cidr) a[0]).masked(), CIDR));
        all.add(member("prefixLength", INT, a -> (long) ((Cidr) a[0]).bits(), CIDR));
        return all;
    }

    private static InetAddress address(Object ip) {
        return ((Ip) ip).address();
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isGlobalUnicast(Ip ip) {
        InetAddress a = ip.address();
        boolean broadcast = ip.isV4() && ip.toString().equals("255.255.255.255");
        return !broadcast
                && !a.isAnyLocalAddress()
                && !a.isLoopbackAddress()
                && !a.isMulticastAddress()
                && !a.isLinkLocalAddress();
    }

    /** Literals only: the name service is never asked. */
    private static Ip ip(String text) {
        try {
            boolean v6 = text.contains(":") && V6.matcher(text).matches();
            if (v6 || V4.matcher(text).matches()) {
                InetAddress address = InetAddress.getByName(v6 ? "[" + text + "]" : text);
                if ((address.getAddress().length == 16) == v6) {
                    return new Ip(address);
                }
                throw new CelFailure("IPv4-mapped IPv6 address \"" + text + "\" is not allowed");
            }
        } catch (UnknownHostException e) {
            // said below
        }
        throw new CelFailure("IP Address \"" + text + "\" parse error during conversion from string: ParseAddr(\""
                + text + "\"): unable to parse IP");
    }

    private static boolean isIp(String text) {
        try {
            ip(text);
            return true;
        } catch (CelFailure e) {
            return false;
        }
    }

    private static Cidr cidr(String text) {
        int slash = text.lastIndexOf('/');
        String length = text.substring(slash + 1);
        if (slash > 0 && isIp(text.substring(0, slash)) && length.matches("0|[1-9]\\d{0,2}")) {
            Ip ip = ip(text.substring(0, slash));
            int bits = Integer.parseInt(length);
            if (bits <= (ip.isV4() ? 32 : 128)) {
                return new Cidr(ip, bits);
            }
        }
        throw new CelFailure("network address parse error during conversion from string: netip.ParsePrefix(\"" + text
                + "\"): no '/'");
    }

    private static boolean isCidr(String text) {
        try {
            cidr(text);
            return true;
        } catch (CelFailure e) {
            return false;
        }
    }
}
