package io.drover.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LoadTest {

    private static final String REPORT =
            """
            Running 5s test @ https://127.0.0.1:6443/
              1 threads and 32 connections
              Thread Stats   Avg      Stdev     Max   +/- Stdev
                Latency     7.95ms    3.06ms  50.44ms   83.03%
                Req/Sec     4.06k   331.98     4.60k    74.00%
              Latency Distribution
                 50%  912.00us
                 75%    9.13ms
                 90%   11.40ms
                 99%    1.20s
              20217 requests in 5.01s, 27.61MB read
            Requests/sec:   4037.64
            Transfer/sec:      5.51MB
            """;

    @Test
    void readsRateAndPercentilesWhateverTheirUnit() {
        assertThat(Load.parse(REPORT)).isEqualTo(new Load(4037.64, 0.912, Double.NaN, 1200));
    }

    @Test
    void refusesARunInWhichNotEveryRequestWasAnswered() {
        String report = REPORT + "  Non-2xx or 3xx responses: 17\n";
        assertThatThrownBy(() -> Load.parse(report)).hasMessageContaining("Non-2xx or 3xx responses: 17");
    }
}
