package io.drover.benchmarks;

import static io.drover.benchmarks.Report.number;

import io.drover.benchmarks.Comparison.Ratio;
import io.drover.benchmarks.Load.Cpu;
import io.drover.benchmarks.Load.Target;
import io.drover.benchmarks.Processes.Running;
import io.drover.testbed.KubernetesCluster;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * kubectl's whole way: TLS in, token, access, impersonation, tunnel, agent, TLS to a real kube-apiserver; against the same server called
 * directly, and through HAProxy and nginx.
 */
final class WholeWay {

    private static final String OBJECT = "/api/v1/namespaces/default/configmaps/one-kilobyte";
    private static final String DIRECT = "kube-apiserver directly";
    private static final String DROVER = "Drover";

    private final Plan plan;

    WholeWay(Plan plan) {
        this.plan = plan;
    }

    void run(Report report) throws Exception {
        Path folder = plan.folder();
        try (KubernetesCluster cluster = KubernetesCluster.named("benchmarks")
                        .withNode()
                        .withFsync()
                        .start();
                Drover drover = Drover.start(plan.root(), folder.resolve("drover"))) {
            Path images = folder.resolve("images");
            Processes.output(
                    List.of(plan.root().resolve("drover").toString(), "images", "--output", images.toString()),
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
                idle(report, drover);
                measure(
                        report,
                        List.of(
                                new Target(DIRECT, cluster.server() + OBJECT, direct, Cpu.UNKNOWN),
                                new Target("HAProxy", "https://127.0.0.1:" + haproxyPort + OBJECT, direct, Cpu.UNKNOWN),
                                new Target("nginx", "https://127.0.0.1:" + nginxPort + OBJECT, direct, Cpu.UNKNOWN),
                                new Target(
                                        DROVER,
                                        drover.url() + "/k8s/clusters/" + id + OBJECT,
                                        Map.of("Authorization", "Bearer " + drover.token()),
                                        () -> cpuNanos(drover.pid()) + cpuNanos(agent()))));
            }
            report.section("Footprint", "Resident memory after the load above.");
            report.table(
                    List.of("server, MiB", "agent, MiB"),
                    List.of(List.of(
                            number(Processes.residentMiB(drover.pid())), number(Processes.residentMiB(agent())))));
        }
    }

    private void idle(Report report, Drover drover) throws Exception {
        report.section(
                "Agent",
                "Resident memory of the agent's container, in its own image, a minute after its cluster became active.");
        double agent = Processes.steadyResidentMiB(agent(), Duration.ofMinutes(1));
        double server = Processes.residentMiB(drover.pid());
        report.table(
                List.of("agent, MiB", "server with this one cluster, MiB"),
                List.of(List.of(number(agent), number(server))));
        report.atMost("agent, resident when idle", 80, agent, " MiB");
    }

    private void measure(Report report, List<Target> targets) throws Exception {
        report.section(
                "The whole way",
                "`GET` of one object of 1 KB from a real kube-apiserver: TLS in, token, access, impersonation, tunnel, TLS to the"
                        + " server; directly with a token; and through HAProxy and nginx, which only carry.");
        Loads.warmUp(targets, plan);
        List<List<String>> rows = new ArrayList<>();
        for (int connections : new int[] {1, 32, 256}) {
            Loads loads = Loads.run(targets, connections, plan);
            for (Target target : targets) {
                String name = target.name();
                rows.add(List.of(
                        "" + connections,
                        name,
                        number(loads.rates().median(name)),
                        loads.rates().ratio(name, DIRECT).toString(),
                        number(loads.p50().median(name)),
                        number(loads.p50().median(name) - loads.p50().median(DIRECT)),
                        number(loads.p99().median(name)),
                        name.equals(DROVER) ? number(loads.cpu().median(name)) : ""));
            }
            if (connections == 1) {
                double added = loads.p50().median(DROVER) - loads.p50().median(DIRECT);
                report.atMost("the whole way, added to the median at 1 connection", 0.7, added, " ms");
            } else {
                Ratio ratio = loads.rates().ratio(DROVER, DIRECT);
                report.atLeast(
                        "the whole way, requests at " + connections + " connections, to direct",
                        0.5,
                        ratio.median(),
                        "×");
            }
        }
        report.table(
                List.of(
                        "connections",
                        "way",
                        "requests/s",
                        "ratio to direct",
                        "p50 ms",
                        "added p50 ms",
                        "p99 ms",
                        "server's and agent's processor µs a request"),
                rows);
    }

    private static long cpuNanos(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().totalCpuDuration())
                .orElse(Duration.ZERO)
                .toNanos();
    }

    /** The agent's process: the youngest of its kind on this machine. */
    private static long agent() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains("io.drover.agent.cluster.Agent"))
                .max(Comparator.comparing(
                        process -> process.info().startInstant().orElse(Instant.EPOCH)))
                .orElseThrow(() -> new IllegalStateException("No agent runs"))
                .pid();
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
