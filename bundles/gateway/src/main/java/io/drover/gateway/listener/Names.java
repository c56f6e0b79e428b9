package io.drover.gateway.listener;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.Enumeration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The names and addresses under which this server may be called. */
final class Names {

    private static final Logger log = LoggerFactory.getLogger(Names.class);
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final Pattern DNS_NAME =
            Pattern.compile("(\\*\\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*");
    private static final int MAX_DNS_NAME = 253;

    private Names() {}

    /** @param serverUrl may be empty */
    static Set<String> of(Collection<String> configured, String serverUrl) {
        Set<String> names = new TreeSet<>(Set.of("localhost", "127.0.0.1"));
        addLocal(names);
        configured.forEach(name -> add(names, name));
        host(serverUrl).ifPresent(host -> add(names, host));
        return names;
    }

    static boolean isAddress(String name) {
        return ADDRESS.matcher(name).matches();
    }

    private static Optional<String> host(String url) {
        try {
            return Optional.ofNullable(URI.create(url.strip()).getHost());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static void add(Set<String> names, String name) {
        String plain = name.strip().toLowerCase(Locale.ROOT).replace("[", "").replace("]", "");
        if (isAddress(plain)
                || plain.length() <= MAX_DNS_NAME && DNS_NAME.matcher(plain).matches()) {
            names.add(plain);
        } else if (!plain.isEmpty()) {
            log.warn("Name can't stand in a certificate: name={}", plain);
        }
    }

    private static void addLocal(Set<String> names) {
        try {
            add(names, InetAddress.getLocalHost().getHostName());
        } catch (UnknownHostException e) {
            log.debug("This machine has no host name: {}", e.getMessage());
        }
        try {
            Enumeration<NetworkInterface> interfaces = NetworkInterface.getNetworkInterfaces();
            while (interfaces.hasMoreElements()) {
                interfaces.nextElement().inetAddresses().forEach(address -> {
                    String text = address.getHostAddress();
                    int scope = text.indexOf('%');
                    add(names, scope < 0 ? text : text.substring(0, scope));
                });
            }
        } catch (SocketException e) {
            log.warn("This machine's addresses can't be listed: {}", e.getMessage());
        }
    }
}
