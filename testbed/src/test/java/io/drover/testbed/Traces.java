package io.drover.testbed;

import java.io.IOException;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Everything by which a cluster can be noticed on this machine, while it runs and after. */
record Traces(Path folder, Settings settings, Path processNamespace) {

    static Traces of(KubernetesCluster cluster) throws IOException {
        Settings settings = ClusterFolders.settings(cluster.folder()).orElseThrow();
        long first = ProcessIdentity.parse(Files.readString(cluster.folder().resolve("init.pid")))
                .pid();
        return new Traces(cluster.folder(), settings, namespaceOf(first).orElseThrow());
    }

    /** What there is now; of a cluster that is gone, nothing. */
    List<String> found() throws IOException {
        List<String> found = new ArrayList<>();
        if (Files.exists(folder)) {
            found.add("folder " + folder);
        }
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            processes
                    .filter(process -> process.getFileName().toString().matches("\\d+"))
                    .filter(this::belongs)
                    .forEach(process -> found.add("process " + process));
        }
        Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
                .filter(line -> line.contains(folder + "/"))
                .forEach(line -> found.add("mount " + line));
        if (settings.node()) {
            if (NetworkInterface.getByName(settings.link()) != null) {
                found.add("device " + settings.link());
            }
            try (Stream<Path> hierarchies = Files.list(Path.of("/sys/fs/cgroup"))) {
                hierarchies
                        .map(hierarchy -> hierarchy.resolve(settings.cgroup()))
                        .filter(Files::exists)
                        .forEach(cgroup -> found.add("cgroup " + cgroup));
            }
        }
        return found;
    }

    private boolean belongs(Path process) {
        long pid = Long.parseLong(process.getFileName().toString());
        return namespaceOf(pid).filter(processNamespace::equals).isPresent()
                || commandOf(process).contains(folder + "/");
    }

    private static Optional<Path> namespaceOf(long pid) {
        try {
            return Optional.of(Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "ns/pid")));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String commandOf(Path process) {
        try {
            return Files.readString(process.resolve("cmdline"));
        } catch (IOException e) {
            return "";
        }
    }
}
