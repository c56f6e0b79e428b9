package io.drover.benchmarks;

import static io.drover.benchmarks.Report.number;

import io.drover.benchmarks.Comparison.Ratio;
import io.drover.benchmarks.Load.Target;
import io.drover.benchmarks.Processes.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tunnels alone: a local TCP port at one end, nginx behind the other. All encrypt between their ends. */
final class Tunnels {

    private static final String DIRECT = "direct";
    private static final String DROVER = "Drover";
    private static final String PEER = "remotedialer";
    private static final double MIB = 1024 * 1024;

    private final Plan plan;

    Tunnels(Plan plan) {
        this.plan = plan;
    }

    void run(Report report) throws Exception {
        List<Contender> contenders = new ArrayList<>();
        try {
            contenders.add(Backend.start(folder("backend")));
            int backend = contenders.get(0).port();
            OwnTunnel own = OwnTunnel.start(plan.root(), folder("drover"), backend);
            contenders.add(own.contender());
            contenders.add(GoTunnels.remotedialer(plan.root(), folder("remotedialer"), backend));
            contenders.add(GoTunnels.konnectivity(plan.root(), folder("konnectivity"), backend));
            contenders.add(Ssh.tunnel(folder("ssh"), backend));
            contenders.add(Proxies.haproxyTunnel(folder("haproxy"), backend));
            contenders.add(Proxies.nginxTunnel(folder("nginx"), backend));
            requests(report, contenders);
            streams(report, contenders);
            bulk(report, contenders);
            stalled(report, contenders.subList(1, 5), own);
            idle(report, own);
        } finally {
            for (int i = contenders.size() - 1; i >= 0; i--) {
                contenders.get(i).close();
            }
        }
    }

    private void requests(Report report, List<Contender> contenders) throws Exception {
        report.section(
                "Tunnels: requests",
                """
                `GET` of a file of 1 KB from nginx over kept connections, through a TCP port that the tunnel forwards. Drover, remotedialer,
                konnectivity and `ssh -R` carry all connections in one encrypted one (WebSocket with TLS; gRPC with TLS in HTTP-connect mode,
                with a small CONNECT client in front, since its server has no TCP ports: a hop more than the others; SSH). HAProxy and nginx
                are two processes each, with a TLS connection for each connection.""");
        Loads.warmUp(targets(contenders, Map.of()), plan);
        List<List<String>> rows = new ArrayList<>();
        for (int connections : new int[] {1, 32, 256}) {
            Loads loads = Loads.run(targets(contenders, Map.of()), connections, plan);
            for (Contender contender : contenders) {
                String name = contender.name();
                rows.add(List.of(
                        "" + connections,
                        name,
                        number(loads.rates().median(name)),
                        loads.rates().ratio(name, DIRECT).toString(),
                        loads.rates().ratio(name, PEER).toString(),
                        number(loads.p50().median(name)),
                        number(loads.p50().median(name) - loads.p50().median(DIRECT)),
                        number(loads.p99().median(name)),
                        number(loads.cpu().median(name))));
            }
            Ratio ratio = loads.rates().ratio(DROVER, PEER);
            report.atLeast(
                    "tunnel, requests at " + connections + " connections, to remotedialer", 1, ratio.median(), "×");
        }
        report.table(
                List.of(
                        "connections",
                        "through",
                        "requests/s",
                        "ratio to direct",
                        "ratio to remotedialer",
                        "p50 ms",
                        "added p50 ms",
                        "p99 ms",
                        "processor µs a request"),
                rows);
    }

    private void streams(Report report, List<Contender> contenders) throws Exception {
        report.section(
                "Tunnels: new streams",
                "The same file with `Connection: close` at 32 connections: each request is a connection, and a stream, of its own.");
        Loads loads = Loads.run(targets(contenders, Map.of("Connection", "close")), 32, plan);
        List<List<String>> rows = new ArrayList<>();
        for (Contender contender : contenders) {
            String name = contender.name();
            rows.add(List.of(
                    name,
                    number(loads.rates().median(name)),
                    loads.rates().ratio(name, DIRECT).toString(),
                    loads.rates().ratio(name, PEER).toString(),
                    number(loads.cpu().median(name))));
        }
        report.table(
                List.of("through", "streams/s", "ratio to direct", "ratio to remotedialer", "processor µs a stream"),
                rows);
    }

    private void bulk(Report report, List<Contender> contenders) throws Exception {
        report.section("Tunnels: one bulk stream", "A file of 1 GiB to `curl`, by itself.");
        Map<String, Contender> byName = new LinkedHashMap<>();
        contenders.forEach(contender -> byName.put(contender.name(), contender));
        Map<String, List<Double>> cpu = new LinkedHashMap<>();
        contenders.forEach(contender -> cpu.put(contender.name(), new ArrayList<>()));
        Comparison speeds = Comparison.run(List.copyOf(byName.keySet()), plan.rounds(), name -> {
            Contender contender = byName.get(name);
            Duration before = contender.cpu();
            double speed = download(contender);
            cpu.get(name).add(contender.cpu().minus(before).toMillis() / 1e3);
            return speed;
        });
        List<List<String>> rows = new ArrayList<>();
        for (String name : byName.keySet()) {
            rows.add(List.of(
                    name,
                    number(speeds.median(name)),
                    speeds.ratio(name, DIRECT).toString(),
                    speeds.ratio(name, PEER).toString(),
                    number(new Comparison(cpu).median(name))));
        }
        report.table(List.of("through", "MB/s", "ratio to direct", "ratio to remotedialer", "processor s a GiB"), rows);
        report.atLeast(
                "tunnel, one bulk stream, to remotedialer",
                1,
                speeds.ratio(DROVER, PEER).median(),
                "×");
    }

    private void stalled(Report report, List<Contender> tunnels, OwnTunnel own) throws Exception {
        int count = StalledReaders.COUNT;
        report.section(
                "Tunnels: " + count + " stalled readers",
                "p99 of requests at 32 connections while " + count
                        + " others have asked for 1 GiB and read nothing, to p99 without them; then what each stalled stream holds"
                        + " in both ends together, and of that in Drover's heaps after a collection.");
        List<List<String>> rows = new ArrayList<>();
        for (Contender tunnel : tunnels) {
            boolean ours = tunnel == own.contender();
            double heapBefore = ours ? heapMiB(tunnel) : 0;
            double before = tunnel.residentMiB();
            double held;
            double heap;
            try (StalledReaders readers = StalledReaders.of(tunnel)) {
                held = (tunnel.residentMiB() - before) / count;
                heap = ours ? (heapMiB(tunnel) - heapBefore) / count : 0;
            }
            Comparison p99 = Comparison.run(List.of("alone", "beside"), plan.rounds(), which -> {
                if (which.equals("alone")) {
                    return p99(tunnel);
                }
                try (StalledReaders readers = StalledReaders.of(tunnel)) {
                    return p99(tunnel);
                }
            });
            Ratio ratio = p99.ratio("beside", "alone");
            rows.add(List.of(
                    tunnel.name(),
                    number(p99.median("alone")),
                    number(p99.median("beside")),
                    ratio.toString(),
                    number(held),
                    ours ? number(heap) : ""));
            if (ours) {
                report.atMost("tunnel, p99 beside " + count + " stalled readers, to none", 1.5, ratio.median(), "×");
                report.atMost("tunnel, memory of a stalled stream, resident, both ends", 1, held, " MiB");
            }
        }
        report.table(
                List.of(
                        "through",
                        "p99 alone, ms",
                        "p99 beside, ms",
                        "ratio",
                        "MiB resident a stream",
                        "MiB heap a stream"),
                rows);
    }

    private void idle(Report report, OwnTunnel own) throws Exception {
        report.section(
                "Tunnels: idle sessions",
                OwnTunnel.IDLE_SESSIONS
                        + " agents connect and do nothing: what the server holds more than before, for each.");
        double heapBefore = Jvm.liveHeap(own.server());
        double before = Processes.residentMiB(own.server().process().pid());
        try (Running agents = own.idleSessions()) {
            double heap = (Jvm.liveHeap(own.server()) - heapBefore) / 1024 / OwnTunnel.IDLE_SESSIONS;
            double resident =
                    (Processes.residentMiB(own.server().process().pid()) - before) * 1024 / OwnTunnel.IDLE_SESSIONS;
            double agent = Processes.residentMiB(agents.process().pid());
            report.table(
                    List.of("KiB heap a session", "KiB resident a session", "the agents' one process, MiB resident"),
                    List.of(List.of(number(heap), number(resident), number(agent))));
            report.atMost("idle tunnel, server's heap", 64, heap, " KiB");
        }
    }

    private double p99(Contender tunnel) throws Exception {
        return Loads.run(tunnel.target(Backend.SMALL, Map.of()), 32, plan.roundTime())
                .p99Millis();
    }

    private static double heapMiB(Contender tunnel) throws IOException, InterruptedException {
        double bytes = 0;
        for (Running part : tunnel.parts()) {
            bytes += Jvm.liveHeap(part);
        }
        return bytes / MIB;
    }

    /** MB/s. */
    private static double download(Contender contender) throws InterruptedException {
        try {
            String speed = Processes.output(
                    List.of("curl", "-sf", "-o", "/dev/null", "-w", "%{speed_download}", contender.url(Backend.BULK)),
                    Duration.ofMinutes(3));
            return Double.parseDouble(speed) / 1e6;
        } catch (IOException e) {
            System.err.println(contender.name() + ": " + e.getMessage());
            return Double.NaN;
        }
    }

    private static List<Target> targets(List<Contender> contenders, Map<String, String> headers) {
        return contenders.stream()
                .map(contender -> contender.target(Backend.SMALL, headers))
                .toList();
    }

    private Path folder(String name) throws IOException {
        return Files.createDirectories(plan.folder().resolve(name));
    }
}
