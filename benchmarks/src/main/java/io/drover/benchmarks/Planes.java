package io.drover.benchmarks;

import static io.drover.benchmarks.Report.number;

import io.drover.benchmarks.Comparison.Ratio;
import io.drover.benchmarks.Load.Cpu;
import io.drover.benchmarks.Load.Target;
import io.drover.testbed.KubernetesCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The management plane's own API against a real kube-apiserver with its etcd: TLS, a token, and writes forced to the disk on both sides. */
final class Planes {

    private static final String REAL = "kube-apiserver";
    private static final String DROVER = "Drover";
    private static final String STORED = "/api/v1/namespaces/stored/configmaps";
    private static final String CREATED = "/api/v1/namespaces/created/configmaps";
    private static final String APPLIED = "/api/v1/namespaces/applied/configmaps";
    private static final String WATCHED = "/api/v1/namespaces/watched/configmaps";
    private static final int QUICK_OBJECTS = 5_000;
    private static final int OBJECTS = 100_000;
    private static final int STALLED = 10;

    private final Plan plan;
    private final int objects;
    private final List<List<String>> rows = new ArrayList<>();

    Planes(Plan plan) {
        this.plan = plan;
        this.objects = plan.isQuick() ? QUICK_OBJECTS : OBJECTS;
    }

    void run(Report report) throws Exception {
        Path data = plan.folder().resolve("drover");
        double emptyStart = secondsToStart(plan.folder().resolve("empty"), 2);
        try (KubernetesCluster cluster =
                KubernetesCluster.named("benchmarks-plane").withFsync().start()) {
            try (Drover drover = Drover.start(plan.root(), data)) {
                long pid = drover.pid();
                PlaneApi ours =
                        PlaneApi.of(DROVER, drover.url() + "/k8s/clusters/local", drover.token(), () -> cpu(pid));
                PlaneApi real = PlaneApi.of(REAL, cluster.server().toString(), cluster.token(), Cpu.UNKNOWN);
                List<PlaneApi> both = List.of(real, ours);
                report.section(
                        "Management plane",
                        "Drover's Kubernetes API and a real kube-apiserver with its etcd, %,d objects of 1 KB in each: TLS, a token, writes forced to the disk."
                                .formatted(objects));
                for (PlaneApi api : both) {
                    fill(api);
                }
                requests(report, both);
                lists(report, both);
                watches(report, both);
                report.table(
                        List.of("what", REAL, DROVER, "ratio", "Drover's processor, µs a request"), List.copyOf(rows));
                memory(report, pid);
            }
        }
        start(report, data, emptyStart);
    }

    private static long cpu(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().totalCpuDuration())
                .orElse(Duration.ZERO)
                .toNanos();
    }

    private void fill(PlaneApi api) throws Exception {
        for (String namespace : List.of("stored", "created", "applied", "watched")) {
            api.create("/api/v1/namespaces", "{\"metadata\":{\"name\":\"" + namespace + "\"}}");
        }
        String text = "x".repeat(600);
        api.createAll(
                STORED,
                objects,
                i -> "{\"metadata\":{\"name\":\"o%06d\",\"labels\":{\"color\":\"%s\"}},\"data\":{\"text\":\"%s\"}}"
                        .formatted(i, i % 100 == 0 ? "red" : "blue", text));
    }

    private void requests(Report report, List<PlaneApi> both) throws Exception {
        Path create = script(
                "create",
                """
                math.randomseed(os.time())
                local run = string.format("%x-%x", os.time(), math.random(1, 1000000000))
                local count = 0
                local text = string.rep("x", 600)
                wrk.method = "POST"
                wrk.headers["Content-Type"] = "application/json"
                request = function()
                  count = count + 1
                  local body = '{"metadata":{"name":"' .. run .. "-" .. count .. '"},"data":{"text":"' .. text .. '"}}'
                  return wrk.format(nil, nil, nil, body)
                end
                """);
        Path apply = script(
                "apply",
                """
                local count = os.time() * 1000000
                local text = string.rep("x", 600)
                wrk.method = "PATCH"
                wrk.headers["Content-Type"] = "application/apply-patch+yaml"
                request = function()
                  count = count + 1
                  local name = "a" .. count % 1000
                  local body = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"' .. name .. '"},"data":{"text":"'
                    .. text .. '","count":"' .. string.format("%d", count) .. '"}}'
                  return wrk.format(nil, wrk.path:gsub("[?]", "/" .. name .. "?", 1), nil, body)
                end
                """);
        ratio(report, "create", 2, both, CREATED, create);
        ratio(report, "get", 5, both, STORED + "/o000007", null);
        ratio(report, "server-side apply", 2, both, APPLIED + "?fieldManager=benchmark&force=true", apply);
    }

    private Path script(String name, String lua) throws Exception {
        return Files.writeString(plan.folder().resolve(name + ".lua"), lua);
    }

    private void ratio(Report report, String what, double wanted, List<PlaneApi> both, String path, Path script)
            throws Exception {
        List<Target> targets =
                both.stream().map(api -> api.target(path, script)).toList();
        Loads.warmUp(targets, plan);
        for (int connections : new int[] {1, 32}) {
            Loads loads = Loads.run(targets, connections, plan);
            Ratio ratio = loads.rates().ratio(DROVER, REAL);
            row(
                    what + "/s, " + connections + " connections",
                    loads.rates(),
                    ratio,
                    number(loads.cpu().median(DROVER)));
            if (connections > 1) {
                report.atLeast(what + " at 32 connections, to a kube-apiserver", wanted, ratio.median(), "×");
            }
        }
    }

    private void row(String what, Comparison figures, Ratio ratio, String cpu) {
        rows.add(List.of(what, number(figures.median(REAL)), number(figures.median(DROVER)), ratio.toString(), cpu));
    }

    private void lists(Report report, List<PlaneApi> both) throws Exception {
        Path percentile = script(
                "percentile",
                """
                done = function(summary, latency, requests)
                  io.write(string.format("  95%%  %.2fus\n", latency:percentile(95)))
                end
                """);
        Loads pages = one(both, STORED + "?limit=100&labelSelector=color%3Dred", percentile);
        row("page of 100 with a selector, p95 ms", pages.p95(), pages.p95().ratio(DROVER, REAL), "");
        report.atMost(
                "page of 100 out of " + objects + " with a selector, p95",
                5,
                pages.p95().median(DROVER),
                " ms");
        Loads lists = one(both, STORED, percentile);
        Ratio ratio = lists.rates().ratio(DROVER, REAL);
        row("whole list/s", lists.rates(), ratio, number(lists.cpu().median(DROVER)));
        report.atLeast("whole list, to a kube-apiserver", 4, ratio.median(), "×");
    }

    /** One request after the other. */
    private Loads one(List<PlaneApi> both, String path, Path script) throws Exception {
        List<Target> targets =
                both.stream().map(api -> api.target(path, script)).toList();
        return Loads.run(targets, 1, plan);
    }

    private void watches(Report report, List<PlaneApi> both) throws Exception {
        Map<String, Watchers> watchers = new LinkedHashMap<>();
        try {
            for (PlaneApi api : both) {
                watchers.put(api.name(), Watchers.start(plan.root(), api, WATCHED));
            }
            List<String> names = List.copyOf(watchers.keySet());
            Comparison events = Comparison.run(
                    names, plan.rounds(), name -> watchers.get(name).eventsPerSecond(plan.roundTime()));
            Ratio ratio = events.ratio(DROVER, REAL);
            row(Watchers.COUNT + " watchers, events/s", events, ratio, "");
            report.atLeast("events/s to " + Watchers.COUNT + " watchers, to a kube-apiserver", 3, ratio.median(), "×");
            delays(report, names, watchers);
            watchers.get(DROVER).addStalled(STALLED);
            Comparison stalled = Comparison.run(
                    List.of(DROVER), plan.rounds(), name -> watchers.get(name).eventsPerSecond(plan.roundTime()));
            rows.add(List.of(
                    "the same beside " + STALLED + " more who have stopped reading, events/s",
                    "",
                    number(stalled.median(DROVER)),
                    number(stalled.median(DROVER) / events.median(DROVER)) + " of without",
                    ""));
        } finally {
            watchers.values().forEach(Watchers::close);
        }
    }

    private void delays(Report report, List<String> names, Map<String, Watchers> watchers) throws Exception {
        Map<String, List<Double>> middle = new LinkedHashMap<>();
        Map<String, List<Double>> answered = new LinkedHashMap<>();
        names.forEach(name -> {
            middle.put(name, new ArrayList<>());
            answered.put(name, new ArrayList<>());
        });
        Comparison delays = Comparison.run(names, plan.rounds(), name -> {
            Watchers.Delay delay = watchers.get(name).delay(plan.roundTime());
            middle.get(name).add(delay.p50());
            answered.get(name).add(delay.answered());
            return delay.p99();
        });
        // The first round does not count here either.
        middle.values().forEach(figures -> figures.remove(0));
        answered.values().forEach(figures -> figures.remove(0));
        String what = Watchers.COUNT + " watchers, 4,000 events/s, ";
        Comparison half = new Comparison(middle);
        row(what + "p50 ms", half, half.ratio(DROVER, REAL), "");
        row(what + "p99 ms", delays, delays.ratio(DROVER, REAL), "");
        Comparison changes = new Comparison(answered);
        row("the changes of these, until they are answered, p99 ms", changes, changes.ratio(DROVER, REAL), "");
        report.atMost("delay of an event to " + Watchers.COUNT + " watchers, p99", 10, delays.median(DROVER), " ms");
    }

    private void memory(Report report, long pid) throws Exception {
        String histogram = Processes.output(List.of("jcmd", "" + pid, "GC.class_histogram"), Duration.ofSeconds(120));
        double heap = Jvm.total(histogram) / 1024.0 / 1024;
        report.table(List.of("Drover's heap after all this, live, MiB"), List.of(List.of(number(heap))));
        report.atMost("heap with at least " + objects + " objects", 600, heap, " MiB");
    }

    private double secondsToStart(Path data, int times) throws Exception {
        double least = Double.MAX_VALUE;
        for (int i = 0; i < times; i++) {
            long begin = System.nanoTime();
            try (Drover drover = Drover.start(plan.root(), data)) {
                least = Math.min(least, (drover.readyAt() - begin) / 1e9);
            }
        }
        return least;
    }

    private void start(Report report, Path data, double emptyStart) throws Exception {
        double full = secondsToStart(data, 2);
        report.table(
                List.of("start without objects, s", "with all of the above, s"),
                List.of(List.of(number(emptyStart), number(full))));
        report.atMost("start with at least " + objects + " objects, over an empty one", 5, full - emptyStart, " s");
    }
}
