package io.drover.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What this machine is, and has. */
final class Host {

    /** A program, and the Debian package that has it. */
    private static final Map<String, String> FOR_ANY_CLUSTER =
            Map.of("unshare", "util-linux", "nsenter", "util-linux", "setpriv", "util-linux", "setsid", "util-linux");

    private static final Map<String, String> FOR_NODES = Map.of(
            "containerd", "containerd",
            "containerd-shim-runc-v2", "containerd",
            "ctr", "containerd",
            "runc", "runc",
            "iptables", "iptables",
            "conntrack", "conntrack",
            "ip", "iproute2",
            "mount", "mount");

    private static final List<Path> CNI_FOLDERS = List.of(Path.of("/usr/lib/cni"), Path.of("/opt/cni/bin"));

    private Host() {}

    static boolean isRoot() {
        try {
            return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** This machine's processor, as images and Go call it. */
    static String architecture() {
        String name = System.getProperty("os.arch");
        return switch (name) {
            case "amd64", "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> name;
        };
    }

    static Optional<Path> cniFolder() {
        return CNI_FOLDERS.stream()
                .filter(folder -> Stream.of("bridge", "host-local", "loopback", "portmap")
                        .allMatch(plugin -> Files.isExecutable(folder.resolve(plugin))))
                .findFirst();
    }

    /** What a cluster needs and this machine lacks: each thing with the command or the place to get it. */
    static Map<String, String> missing(boolean node) {
        Map<String, String> missing = new LinkedHashMap<>();
        if (!System.getProperty("os.name").equals("Linux")) {
            missing.put("Linux", "these clusters run on Linux only");
        }
        if (Command.find("go").isEmpty()) {
            missing.put("go", "apt-get install golang-go, if that is 1.24 or newer, else https://go.dev/dl");
        }
        programs(node).forEach((program, pack) -> {
            if (Command.find(program).isEmpty()) {
                missing.put(program, "apt-get install " + pack);
            }
        });
        if (node && cniFolder().isEmpty()) {
            missing.put("CNI plugins in " + CNI_FOLDERS.get(0), "apt-get install containernetworking-plugins");
        }
        if (node && !isRoot()) {
            missing.put("root", "a cluster with a node is started by root; one without needs no rights");
        }
        return missing;
    }

    /** Gets what is missing, where root may, or says what is missing. */
    static void prepare(boolean node) {
        if (isRoot() && Command.find("apt-get").isPresent()) {
            List<String> packages = missingPackages(node);
            if (!packages.isEmpty()) {
                DebianPackage.install(packages);
            }
        }
        Map<String, String> missing = missing(node);
        if (!missing.isEmpty()) {
            StringBuilder message = new StringBuilder("This machine lacks what the cluster needs:");
            missing.forEach((what, how) ->
                    message.append("\n  ").append(what).append(": ").append(how));
            throw new TestbedException(message.toString());
        }
    }

    private static List<String> missingPackages(boolean node) {
        List<String> packages = new ArrayList<>(programs(node).entrySet().stream()
                .filter(entry -> Command.find(entry.getKey()).isEmpty())
                .map(Map.Entry::getValue)
                .distinct()
                .sorted()
                .toList());
        if (node && cniFolder().isEmpty()) {
            packages.add("containernetworking-plugins");
        }
        return packages;
    }

    private static Map<String, String> programs(boolean node) {
        Map<String, String> programs = new LinkedHashMap<>(FOR_ANY_CLUSTER);
        if (node) {
            programs.putAll(FOR_NODES);
        }
        return programs;
    }
}
