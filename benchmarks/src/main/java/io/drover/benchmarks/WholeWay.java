package io.drover.benchmarks;

import io.drover.benchmarks.Load.Target;
import io.drover.benchmarks.Processes.Running;
import io.drover.testbed.KubernetesCluster;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * kubectl's whole way: TLS in, token, access, impersonation, tunnel, agent, TLS to a real kube-apiserver; against the same server called
 * directly, and through HAProxy and nginx.
 */
final class WholeWay {

    private static final String OBJECT = "/api/v1/namespaces/default/configmaps/one-kilobyte";
    private static final String DIRECT = "kube-apiserver directly";
    private static final String DROVER = "Drover";

    private final Path root;
    private final Path folder;
    private final int rounds;
    private final Duration roundTime;

    WholeWay(Path root, Path folder, int rounds, Duration roundTime) {
        this.root = root;
        this.folder = folder;
        this.rounds = rounds;
        this.roundTime = roundTime;
    }

    void run(Report report) throws Exception {
        try (KubernetesCluster cluster = KubernetesCluster.named("benchmarks")
                        .withNode()
                        .withFsync()
                        .start();
                Drover drover = Drover.start(root, folder.resolve("drover"))) {
            Path images = folder.resolve("images");
            Processes.output(
                    List.of(root.resolve("drover").toString(), "images", "--output", images.toString()),
                    Duration.ofMinutes(10));
            String id = drover.importCluster(cluster, agentImage(images));
            cluster.kubectl(object().getBytes(StandardCharsets.UTF_8), "apply", "-f", "-");
            int haproxyPort = Processes.freePort();
            int nginxPort = Processes.freePort();
            Path haproxyFolder = Files.createDirectories(folder.resolve("haproxy"));
            Path nginxFolder = Files.createDirectories(folder.resolve("nginx"));
            try (Running haproxy = Proxies.haproxy(haproxyFolder, haproxyPort, cluster.server(), cluster.authority());
                    Running nginx = Proxies.nginx(nginxFolder, nginxPort, cluster.server(), cluster.authority())) {
                Map<String, String> direct = Map.of("Authorization", "Bearer " + cluster.token());
                Map<String, Target> targets = new LinkedHashMap<>();
                targets.put(DIRECT, new Target(DIRECT, cluster.server() + OBJECT, direct));
                targets.put("HAProxy", new Target("HAProxy", "https://127.0.0.1:" + haproxyPort + OBJECT, direct));
                targets.put("nginx", new Target("nginx", "https://127.0.0.1:" + nginxPort + OBJECT, direct));
                targets.put(
                        DROVER,
                        new Target(
                                DROVER,
                                drover.url() + "/k8s/clusters/" + id + OBJECT,
                                Map.of("Authorization", "Bearer " + drover.token())));
                measure(report, targets);
            }
            report.section("Footprint", "Resident memory after the load above.");
            report.table(List.of("server RSS, MiB"), List.of(List.of("" + Processes.residentMiB(drover.pid()))));
        }
    }

    private void measure(Report report, Map<String, Target> targets) throws Exception {
        report.section(
                "The whole way",
                "`GET` of one object of 1 KB from a real kube-apiserver 1.34, median of " + rounds + " rounds of "
                        + roundTime.toSeconds() + " s; ratio to direct with the least and greatest of the rounds.");
        List<List<String>> rows = new ArrayList<>();
        for (int connections : new int[] {1, 32, 256}) {
            Map<String, List<Double>> latencies = new LinkedHashMap<>();
            targets.keySet().forEach(name -> latencies.put(name, new ArrayList<>()));
            Comparison rates = Comparison.run(List.copyOf(targets.keySet()), rounds, name -> {
                Load load = Load.run(targets.get(name), connections, roundTime);
                latencies.get(name).add(load.p50Millis());
                return load.requestsPerSecond();
            });
            double directMillis = Comparison.median(latencies.get(DIRECT));
            for (String name : targets.keySet()) {
                double millis = Comparison.median(latencies.get(name));
                rows.add(List.of(
                        "" + connections,
                        name,
                        String.format(Locale.ROOT, "%.0f", rates.median(name)),
                        rates.ratio(name, DIRECT).toString(),
                        String.format(Locale.ROOT, "%.2f", millis),
                        String.format(Locale.ROOT, "%+.2f", millis - directMillis)));
            }
        }
        report.table(List.of("connections", "way", "requests/s", "ratio to direct", "p50 ms", "added p50 ms"), rows);
    }

    private static Path agentImage(Path images) throws Exception {
        try (var files = Files.list(images)) {
            return files.filter(file -> file.getFileName().toString().startsWith("cluster-agent"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static String object() {
        return "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"one-kilobyte\",\"namespace\":\"default\"},"
                + "\"data\":{\"text\":\"" + "x".repeat(600) + "\"}}";
    }
}
