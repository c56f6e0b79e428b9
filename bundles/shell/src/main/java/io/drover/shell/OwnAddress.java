package io.drover.shell;

import java.io.IOException;
import java.io.Reader;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** How others probably reach this server, for an example: nobody but its owner knows. */
final class OwnAddress {

    private static final String USUAL_PORT = "8443";

    private OwnAddress() {}

    static String example() {
        return "https://" + address() + ":" + port();
    }

    private static String address() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> address instanceof Inet4Address)
                    .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                    .map(InetAddress::getHostAddress)
                    .findFirst()
                    .orElse("drover.example.com");
        } catch (SocketException e) {
            return "drover.example.com";
        }
    }

    private static String port() {
        Path settings = Path.of(System.getProperty("karaf.etc", ""), "io.drover.gateway.cfg");
        Properties values = new Properties();
        try (Reader file = Files.newBufferedReader(settings)) {
            values.load(file);
        } catch (IOException e) {
            return USUAL_PORT;
        }
        return values.getProperty("port", USUAL_PORT).strip();
    }
}
