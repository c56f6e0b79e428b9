package io.drover.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/** The testbed's command line. */
public final class Main {

    private static final String HELP =
            """
            Real Kubernetes clusters on this machine.

              up NAME [--nodes 0|1] [--fsync] [--kubeconfig FILE] [--background]
                                  starts a cluster, with no node unless told otherwise. It runs until this
                                  program ends, or with --background until "down". --fsync: etcd forces what
                                  it writes to the disk. --kubeconfig: also write the administrator's there
              down NAME | --all   stops clusters, and removes what is left of those that were killed
              list                the clusters, with server, kubeconfig, and the address of this machine
              import NAME FILE    gives a cluster's node the image in an archive
              kubectl [--old]     prints where kubectl is; --old: the one of 1.20, which speaks SPDY only
              image               prints where the archive of the image for tests is
              build [--peers]     builds and fetches all parts; --peers: also what benchmarks compare with
              doctor              says what this machine lacks, and how to get it

            Parts and clusters are kept in $DROVER_CACHE, or ~/.cache/drover.
            """;

    private final Deque<String> arguments;

    private Main(List<String> arguments) {
        this.arguments = new ArrayDeque<>(arguments);
    }

    public static void main(String[] arguments) {
        try {
            System.exit(new Main(List.of(arguments)).run());
        } catch (TestbedException | IOException e) {
            System.err.println("testbed: " + e.getMessage());
            System.exit(1);
        }
    }

    private int run() throws IOException {
        if (arguments.isEmpty() || arguments.contains("--help")) {
            System.out.print(HELP);
            return 0;
        }
        String verb = arguments.removeFirst();
        switch (verb) {
            case "up" -> up();
            case "down" -> down();
            case "list" -> list();
            case "import" -> {
                String name = word("the name of a cluster");
                cluster(name).importImage(Path.of(last("an image's archive")));
            }
            case "kubectl" -> {
                boolean old = flag("--old");
                end();
                System.out.println(old ? Parts.oldKubectl() : Parts.kubectl());
            }
            case "image" -> {
                end();
                System.out.println(Images.tools());
            }
            case "build" -> build();
            case "doctor" -> {
                end();
                return doctor();
            }
            default -> throw new TestbedException("There is no command \"" + verb + "\"; see --help");
        }
        return 0;
    }

    private void up() throws IOException {
        boolean background = flag("--background");
        boolean fsync = flag("--fsync");
        String nodes = option("--nodes", "0");
        String copy = option("--kubeconfig", "");
        ClusterStart start = KubernetesCluster.named(last("a name"));
        if (!nodes.equals("0") && !nodes.equals("1")) {
            throw new TestbedException("--nodes is 0 or 1, not \"" + nodes + "\"");
        }
        if (nodes.equals("1")) {
            start.withNode();
        }
        if (fsync) {
            start.withFsync();
        }
        if (background) {
            start.detached();
        }
        KubernetesCluster cluster = start.start();
        if (!copy.isEmpty()) {
            Files.copy(
                    cluster.kubeconfig(),
                    Path.of(copy),
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.COPY_ATTRIBUTES);
        }
        print(cluster);
        if (!background) {
            // Or until a signal: the guard then finds its owner gone, and cleans up.
            cluster.awaitEnd();
        }
    }

    private void down() {
        List<Path> folders =
                flag("--all") ? ClusterFolders.all() : List.of(ClusterFolders.of(word("a name, or --all")));
        end();
        for (Path folder : folders) {
            if (!Files.exists(folder)) {
                throw new TestbedException("There is no cluster " + folder.getFileName());
            }
            Sandbox.remove(folder);
            Progress.say("cluster " + folder.getFileName() + " is gone");
        }
    }

    private void list() {
        end();
        for (Path folder : ClusterFolders.all()) {
            if (Sandbox.guardOf(folder).isEmpty()) {
                String state =
                        ClusterFolders.isInUse(folder) ? "being started" : "was killed: down removes what is left";
                System.out.println(folder.getFileName() + "  " + state);
            }
        }
        KubernetesCluster.running().forEach(Main::print);
    }

    private void build() {
        boolean peers = flag("--peers");
        end();
        Host.prepare(Host.isRoot() ? Need.NODE : Need.CLUSTER);
        System.out.println(Parts.kubernetes());
        System.out.println(Parts.etcd());
        System.out.println(Parts.oldKubectl());
        System.out.println(Images.pause());
        System.out.println(Images.tools());
        if (peers) {
            System.out.println(Parts.konnectivity());
        }
    }

    private static int doctor() {
        Map<String, String> missing = Host.missing(Need.NODE);
        if (missing.isEmpty()) {
            System.out.println("Nothing is missing.");
            return 0;
        }
        missing.forEach((what, how) -> System.out.println(what + ": " + how));
        return 1;
    }

    private static void print(KubernetesCluster cluster) {
        System.out.printf(
                "%s  server=%s nodes=%d host=%s pid=%d kubeconfig=%s%n",
                cluster.name(),
                cluster.server(),
                cluster.hasNode() ? 1 : 0,
                cluster.hostAddress(),
                cluster.pid(),
                cluster.kubeconfig());
    }

    private static KubernetesCluster cluster(String name) {
        return KubernetesCluster.running(name)
                .orElseThrow(() -> new TestbedException("There is no cluster " + name + "; see list"));
    }

    private boolean flag(String name) {
        return arguments.remove(name);
    }

    private String option(String name, String otherwise) {
        if (!arguments.contains(name)) {
            return otherwise;
        }
        List<String> words = List.copyOf(arguments);
        int at = words.indexOf(name);
        if (at + 1 == words.size()) {
            throw new TestbedException(name + " needs a value; see --help");
        }
        arguments.clear();
        arguments.addAll(words.subList(0, at));
        arguments.addAll(words.subList(at + 2, words.size()));
        return words.get(at + 1);
    }

    private String word(String what) {
        if (arguments.isEmpty() || arguments.getFirst().startsWith("-")) {
            throw new TestbedException("Say " + what + "; see --help");
        }
        return arguments.removeFirst();
    }

    private String last(String what) {
        String word = word(what);
        end();
        return word;
    }

    private void end() {
        if (!arguments.isEmpty()) {
            throw new TestbedException("\"" + arguments.getFirst() + "\" is not understood; see --help");
        }
    }
}
