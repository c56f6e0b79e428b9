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

    private static final List<Path> CNI_FOLDERS = List.of(Path.of("/usr/lib/cni"), Path.of("/opt/cni/bin"));

    private static final String CNI_PACKAGE = "containernetworking-plugins";

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

    /** What is needed and this machine lacks: each thing with the command or the place to get it. */
    static Map<String, String> missing(Need need) {
        Map<String, String> missing = new LinkedHashMap<>();
        if (!System.getProperty("os.name").equals("Linux")) {
            missing.put("Linux", "these things run on Linux only");
        }
        boolean built = need == Need.GO || need == Need.CLUSTER || need == Need.NODE;
        if (built && Command.find("go").isEmpty()) {
            missing.put("go", "apt-get install golang-go, if that is 1.24 or newer, else https://go.dev/dl");
        }
        need.programs().forEach((program, packages) -> {
            if (Command.find(program).isEmpty()) {
                missing.put(program, "apt-get install " + String.join(" ", packages));
            }
        });
        if (need == Need.NODE && cniFolder().isEmpty()) {
            missing.put("CNI plugins in " + CNI_FOLDERS.get(0), "apt-get install " + CNI_PACKAGE);
        }
        if (need == Need.NODE && !isRoot()) {
            missing.put("root", "a cluster with a node is started by root; one without needs no rights");
        }
        return missing;
    }

    /** Gets what is missing, where root may, or says what is missing. */
    static void prepare(Need need) {
        install(need);
        Map<String, String> missing = missing(need);
        if (!missing.isEmpty()) {
            StringBuilder message = new StringBuilder("This machine lacks what is needed:");
            missing.forEach((what, how) ->
                    message.append("\n  ").append(what).append(": ").append(how));
            throw new TestbedException(message.toString());
        }
    }

    /** Gets what Debian's packages have, where root may. */
    static void install(Need need) {
        if (!isRoot() || Command.find("apt-get").isEmpty()) {
            return;
        }
        List<String> packages = new ArrayList<>(need.programs().entrySet().stream()
                .filter(entry -> Command.find(entry.getKey()).isEmpty())
                .flatMap(entry -> entry.getValue().stream())
                .distinct()
                .sorted()
                .toList());
        if (need == Need.NODE && cniFolder().isEmpty()) {
            packages.add(CNI_PACKAGE);
        }
        if (!packages.isEmpty()) {
            DebianPackage.install(packages);
        }
    }
}
