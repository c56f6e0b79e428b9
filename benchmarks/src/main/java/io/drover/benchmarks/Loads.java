package io.drover.benchmarks;

import io.drover.benchmarks.Load.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The same load on several targets, in turn. A target that did not answer every request has no figure in that round.
 *
 * @param cpu microseconds of processor that a target's own processes took for a request
 */
record Loads(Comparison rates, Comparison p50, Comparison p95, Comparison p99, Comparison cpu) {

    static Loads run(List<Target> targets, int connections, Plan plan) throws Exception {
        Map<String, Target> byName = new LinkedHashMap<>();
        Map<String, List<Double>> p50 = new LinkedHashMap<>();
        Map<String, List<Double>> p95 = new LinkedHashMap<>();
        Map<String, List<Double>> p99 = new LinkedHashMap<>();
        Map<String, List<Double>> cpu = new LinkedHashMap<>();
        for (Target target : targets) {
            byName.put(target.name(), target);
            p50.put(target.name(), new ArrayList<>());
            p95.put(target.name(), new ArrayList<>());
            p99.put(target.name(), new ArrayList<>());
            cpu.put(target.name(), new ArrayList<>());
        }
        Comparison rates = Comparison.run(List.copyOf(byName.keySet()), plan.rounds(), name -> {
            Target target = byName.get(name);
            long before = target.cpu().nanos();
            Load load = run(target, connections, plan.roundTime());
            double micros = (target.cpu().nanos() - before) / 1e3;
            p50.get(name).add(load.p50Millis());
            p95.get(name).add(load.p95Millis());
            p99.get(name).add(load.p99Millis());
            cpu.get(name)
                    .add(micros / load.requestsPerSecond() / plan.roundTime().toSeconds());
            return load.requestsPerSecond();
        });
        return new Loads(rates, withoutWarmUp(p50), withoutWarmUp(p95), withoutWarmUp(p99), withoutWarmUp(cpu));
    }

    static void warmUp(List<Target> targets, Plan plan) throws Exception {
        for (Target target : targets) {
            run(target, 32, plan.warmUp());
            run(target, 256, plan.warmUp());
        }
    }

    static Load run(Target target, int connections, Duration duration) throws Exception {
        try {
            return Load.run(target, connections, duration);
        } catch (IllegalStateException e) {
            System.err.println(target.name() + " at " + connections + " connections: " + e.getMessage());
            return Load.NONE;
        }
    }

    private static Comparison withoutWarmUp(Map<String, List<Double>> samples) {
        Map<String, List<Double>> counted = new LinkedHashMap<>();
        samples.forEach((name, figures) -> counted.put(name, figures.subList(1, figures.size())));
        return new Comparison(counted);
    }
}
