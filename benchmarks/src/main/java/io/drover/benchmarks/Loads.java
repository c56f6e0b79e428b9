package io.drover.benchmarks;

import io.drover.benchmarks.Load.Target;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The same load on several targets, in turn. A target that did not answer every request has no figure in that round. */
record Loads(Comparison rates, Comparison p50, Comparison p99) {

    static Loads run(List<Target> targets, int connections, Plan plan) throws Exception {
        Map<String, Target> byName = new LinkedHashMap<>();
        Map<String, List<Double>> p50 = new LinkedHashMap<>();
        Map<String, List<Double>> p99 = new LinkedHashMap<>();
        for (Target target : targets) {
            byName.put(target.name(), target);
            p50.put(target.name(), new ArrayList<>());
            p99.put(target.name(), new ArrayList<>());
        }
        Comparison rates = Comparison.run(List.copyOf(byName.keySet()), plan.rounds(), name -> {
            Load load = run(byName.get(name), connections, plan);
            p50.get(name).add(load.p50Millis());
            p99.get(name).add(load.p99Millis());
            return load.requestsPerSecond();
        });
        return new Loads(rates, withoutWarmUp(p50), withoutWarmUp(p99));
    }

    static Load run(Target target, int connections, Plan plan) throws Exception {
        try {
            return Load.run(target, connections, plan.roundTime());
        } catch (IllegalStateException e) {
            System.err.println(target.name() + " at " + connections + " connections: " + e.getMessage());
            return new Load(Double.NaN, Double.NaN, Double.NaN);
        }
    }

    private static Comparison withoutWarmUp(Map<String, List<Double>> samples) {
        Map<String, List<Double>> counted = new LinkedHashMap<>();
        samples.forEach((name, figures) -> counted.put(name, figures.subList(1, figures.size())));
        return new Comparison(counted);
    }
}
