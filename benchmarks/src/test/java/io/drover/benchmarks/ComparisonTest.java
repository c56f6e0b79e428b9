package io.drover.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {

    @Test
    void takesContendersInTurnAndBackAgain() throws Exception {
        List<String> order = new ArrayList<>();
        Comparison.run(List.of("a", "b"), 2, contender -> {
            order.add(contender);
            return 1;
        });
        assertThat(order).containsExactly("a", "b", "b", "a", "a", "b");
    }

    @Test
    void comparesRoundByRoundAndForgetsTheWarmUp() throws Exception {
        double[] figures = {999, 999, 10, 5, 6, 12, 8, 4};
        int[] next = {0};
        Comparison comparison = Comparison.run(List.of("a", "b"), 3, contender -> figures[next[0]++]);
        // The rounds: a=5 b=10, a=6 b=12, a=4 b=8.
        assertThat(comparison.ratio("b", "a").median()).isEqualTo(2);
        assertThat(comparison.median("a")).isEqualTo(5);
    }

    @Test
    void hasNoFigureForAContenderThatFailedInARound() throws Exception {
        double[] figures = {1, 1, Double.NaN, 5, 6, 12};
        int[] next = {0};
        Comparison comparison = Comparison.run(List.of("a", "b"), 2, contender -> figures[next[0]++]);
        // The rounds: a=5 b=NaN, a=6 b=12.
        assertThat(comparison.ratio("b", "a")).hasToString("failed");
        assertThat(comparison.median("b")).isNaN();
        assertThat(comparison.median("a")).isEqualTo(5.5);
    }
}
