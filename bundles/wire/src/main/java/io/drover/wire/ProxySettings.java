package io.drover.wire;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Which HTTP proxy leads to a server, by the usual environment variables {@code HTTPS_PROXY}, {@code HTTP_PROXY} and
 * {@code NO_PROXY}, in either case.
 *
 * <p>{@code NO_PROXY} lists hosts ({@code example.com} also means what is below it), addresses, IPv4 networks such as
 * {@code 10.0.0.0/8}, each perhaps with {@code :port}, or {@code *} for everything.
 */
public record ProxySettings(Optional<URI> forHttps, Optional<URI> forHttp, List<String> except) {

    public static final ProxySettings NONE = new ProxySettings(Optional.empty(), Optional.empty(), List.of());

    /** @throws IllegalArgumentException if a proxy's address makes no sense, or is not one of an HTTP proxy */
    public static ProxySettings of(Map<String, String> environment) {
        String except = variable(environment, "NO_PROXY").orElse("");
        return new ProxySettings(
                variable(environment, "HTTPS_PROXY").map(ProxySettings::address),
                variable(environment, "HTTP_PROXY").map(ProxySettings::address),
                Arrays.stream(except.split("[, ]+"))
                        .filter(entry -> !entry.isBlank())
                        .map(entry -> entry.toLowerCase(Locale.ROOT))
                        .toList());
    }

    /** The proxy to go through, or empty to go directly. */
    public Optional<URI> towards(boolean secure, String host, int port) {
        Optional<URI> proxy = secure ? forHttps : forHttp;
        String name = host.toLowerCase(Locale.ROOT);
        boolean local = name.equals("localhost") || name.startsWith("127.") || name.equals("::1");
        return local || except.stream().anyMatch(entry -> matches(entry, name, port)) ? Optional.empty() : proxy;
    }

    private static Optional<String> variable(Map<String, String> environment, String name) {
        String upper = environment.getOrDefault(name, "");
        String value = upper.isBlank() ? environment.getOrDefault(name.toLowerCase(Locale.ROOT), "") : upper;
        return value.isBlank() ? Optional.empty() : Optional.of(value.strip());
    }

    private static URI address(String value) {
        URI proxy = URI.create(value.contains("://") ? value : "http://" + value);
        if (!"http".equals(proxy.getScheme()) || proxy.getHost() == null) {
            throw new IllegalArgumentException("not the address of an HTTP proxy: " + proxy.getScheme() + "://"
                    + proxy.getHost() + ":" + proxy.getPort());
        }
        return proxy;
    }

    private static boolean matches(String entry, String host, int port) {
        if (entry.equals("*")) {
            return true;
        }
        String name = entry;
        int colon = entry.lastIndexOf(':');
        if (colon > 0 && entry.indexOf(':') == colon) {
            if (!entry.substring(colon + 1).equals(Integer.toString(port))) {
                return false;
            }
            name = entry.substring(0, colon);
        }
        if (name.indexOf('/') > 0) {
            return inNetwork(name, host);
        }
        if (name.startsWith("*.") || name.startsWith(".")) {
            return host.endsWith(name.substring(name.indexOf('.')));
        }
        return host.equals(name) || host.endsWith("." + name);
    }

    private static boolean inNetwork(String network, String host) {
        String[] parts = network.split("/");
        Optional<Integer> base = ipv4(parts[0]);
        Optional<Integer> address = ipv4(host);
        if (parts.length != 2 || base.isEmpty() || address.isEmpty() || !parts[1].matches("[0-9]{1,2}")) {
            return false;
        }
        int bits = Integer.parseInt(parts[1]);
        int mask = bits == 0 ? 0 : -1 << (32 - bits);
        return bits <= 32 && (base.get() & mask) == (address.get() & mask);
    }

    private static Optional<Integer> ipv4(String text) {
        if (!text.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}")) {
            return Optional.empty();
        }
        int address = 0;
        for (String part : text.split("\\.")) {
            address = address << 8 | Integer.parseInt(part) & 0xff;
        }
        return Optional.of(address);
    }
}
