package io.drover.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Samples of several contenders, taken in turn and back again (A B C, C B A, …) so that drift of the machine hits all alike.
 *
 * @param samples by contender, one figure a round
 */
record Comparison(Map<String, List<Double>> samples) {

    /** Measures one figure of one contender. */
    interface Measure {
        double of(String contender) throws Exception;
    }

    /** Runs {@code rounds} rounds after one that is thrown away. */
    static Comparison run(List<String> contenders, int rounds, Measure measure) throws Exception {
        Map<String, List<Double>> samples = new LinkedHashMap<>();
        contenders.forEach(contender -> samples.put(contender, new ArrayList<>()));
        for (int round = 0; round <= rounds; round++) {
            List<String> order = new ArrayList<>(contenders);
            if (round % 2 == 1) {
                Collections.reverse(order);
            }
            for (String contender : order) {
                double figure = measure.of(contender);
                if (round > 0) {
                    samples.get(contender).add(figure);
                }
            }
        }
        return new Comparison(samples);
    }

    double median(String contender) {
        return median(
                samples.get(contender).stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** How one contender stands to another, round by round. */
    Ratio ratio(String contender, String baseline) {
        List<Double> ours = samples.get(contender);
        List<Double> theirs = samples.get(baseline);
        double[] ratios = new double[ours.size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = ours.get(i) / theirs.get(i);
        }
        double middle = median(ratios);
        Arrays.sort(ratios);
        return new Ratio(middle, ratios[0], ratios[ratios.length - 1]);
    }

    private static double median(double[] values) {
        if (Arrays.stream(values).anyMatch(Double::isNaN)) {
            return Double.NaN; // a round without a figure
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** The median of the rounds' ratios, with the least and the greatest of them. */
    record Ratio(double median, double least, double greatest) {
        @Override
        public String toString() {
            return Double.isNaN(median)
                    ? "failed"
                    : String.format(Locale.ROOT, "%.2f (%.2f–%.2f)", median, least, greatest);
        }
    }
}
