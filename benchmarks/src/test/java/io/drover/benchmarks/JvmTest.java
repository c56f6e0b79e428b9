package io.drover.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class JvmTest {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    @Test
    void readsTheSumOfAHistogram() {
        String histogram =
                """
                 num     #instances         #bytes  class name (module)
                -------------------------------------------------------
                   1:         12345        1234567  [B (java.base@17)
                Total        123456       98765432
                """;
        assertThat(Jvm.total(histogram)).isEqualTo(98_765_432);
    }

    @Test
    void refusesAnAnswerWithoutASum() {
        assertThatThrownBy(() -> Jvm.total("com.sun.tools.attach.AttachNotSupportedException"))
                .hasMessageContaining("AttachNotSupported");
    }

    @Test
    void measuresWithTheOptionsThatTheProductHas() throws Exception {
        assertThat(Jvm.serverOptions(ROOT))
                .contains("-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError")
                .doesNotContain("-XX:TieredStopAtLevel=1"); // the console's client has that
        assertThat(Jvm.agentOptions(ROOT)).contains("-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError");
    }
}
