package io.drover.testbed;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What sets one cluster apart from the others on this machine. All of it follows from a number, and is kept in the
 * cluster's folder in a form that {@code guard.sh} reads too.
 *
 * @param number from 1 to 250, unique on this machine
 * @param node whether the cluster has a node, and so a network of its own
 * @param logs where the logs are kept when the cluster is gone
 * @param owner the process that started the cluster
 */
record Settings(String name, int number, boolean node, boolean fsync, Path logs, ProcessIdentity owner) {

    static final int API_PORT = 16443;

    private static final int LAST_NUMBER = 250;

    /** Where the API server listens. Without a node that is a loopback address that no other cluster uses. */
    String apiAddress() {
        return node ? "10.231." + number + ".2" : "127.66." + number + ".1";
    }

    /** Where etcd, the controller manager and the scheduler listen: nobody but they and the API server comes here. */
    String innerAddress() {
        return node ? "127.0.0.1" : apiAddress();
    }

    /** Where this machine is reached from inside the cluster. */
    String hostAddress() {
        return node ? "10.231." + number + ".1" : "127.0.0.1";
    }

    /** What the API server says of itself to pods. It must not be a loopback address, even where there are no pods. */
    String advertisedAddress() {
        return "10.231." + number + ".2";
    }

    String serviceAddresses() {
        return "10.232." + number + ".0/24";
    }

    /** The address of the Service called {@code kubernetes}. */
    String apiServiceAddress() {
        return "10.232." + number + ".1";
    }

    String podAddresses() {
        return "10.233." + number + ".0/24";
    }

    String nodeName() {
        return name + "-node";
    }

    /** The network device on this machine that leads to the cluster. */
    String link() {
        return node ? "drover-" + number : "";
    }

    String cgroup() {
        return node ? "drover-" + number : "";
    }

    /** The namespaces to make besides that of processes, as {@code unshare} is told. */
    private String namespaces() {
        if (node) {
            return "--mount --net --propagation private";
        }
        return Host.isRoot() ? "" : "--user --map-current-user";
    }

    /** Finds a number whose addresses and devices nobody uses; {@code taken} are those of known clusters. */
    static int freeNumber(Set<Integer> taken) throws IOException {
        for (int number = 1; number <= LAST_NUMBER; number++) {
            if (!taken.contains(number)
                    && NetworkInterface.getByName("drover-" + number) == null
                    && isFree("127.66." + number + ".1")) {
                return number;
            }
        }
        throw new TestbedException("There are " + LAST_NUMBER + " clusters on this machine, and no room for more");
    }

    private static boolean isFree(String address) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(address), API_PORT));
            return true;
        } catch (BindException e) {
            return false;
        }
    }

    void writeTo(Path file) throws IOException {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("name", name);
        values.put("number", number);
        values.put("node", node);
        values.put("fsync", fsync);
        values.put("logs", logs);
        values.put("owner", owner);
        values.put("namespaces", namespaces());
        values.put("link", link());
        values.put("cgroup", cgroup());
        values.put("api_address", apiAddress());
        values.put("host_address", hostAddress());
        Files.writeString(
                file,
                values.entrySet().stream()
                        .map(entry -> entry.getKey() + "='" + entry.getValue() + "'\n")
                        .collect(Collectors.joining()));
    }

    static Settings read(Path file) throws IOException {
        Map<String, String> values = Files.readAllLines(file).stream()
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1].replace("'", "")));
        return new Settings(
                values.get("name"),
                Integer.parseInt(values.get("number")),
                Boolean.parseBoolean(values.get("node")),
                Boolean.parseBoolean(values.get("fsync")),
                Path.of(values.get("logs")),
                ProcessIdentity.parse(values.get("owner")));
    }
}
