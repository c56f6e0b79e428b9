package io.drover.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class TextTest {

    private static final Instant NOW = Instant.parse("2026-01-10T12:00:00Z");

    @Test
    void tellsAgesInTheLargestUnitThatFits() {
        assertThat(Text.age("2026-01-10T11:59:20Z", NOW)).isEqualTo("40s");
        assertThat(Text.age("2026-01-10T11:48:00Z", NOW)).isEqualTo("12m");
        assertThat(Text.age("2026-01-10T07:00:00Z", NOW)).isEqualTo("5h");
        assertThat(Text.age("2026-01-07T12:00:00Z", NOW)).isEqualTo("3d");
        assertThat(Text.age("2026-01-11T12:00:00Z", NOW)).isEqualTo("0s");
        assertThat(Text.age((String) null, NOW)).isEmpty();
        assertThat(Text.age("soon", NOW)).isEqualTo("soon");
    }

    @Test
    void tellsBytesInPowersOf1024() {
        assertThat(Text.bytes(0)).isEqualTo("0 B");
        assertThat(Text.bytes(1023)).isEqualTo("1023 B");
        assertThat(Text.bytes(1536)).isEqualTo("1.5 KiB");
        assertThat(Text.bytes(Long.MAX_VALUE)).isEqualTo("8192.0 PiB");
    }

    @Test
    void letsNoValueCommandTheTerminal() {
        assertThat(Text.cell("a\u001b[31mb\nc")).isEqualTo("a [31mb c");
        assertThat(Text.cell(null)).isEmpty();
    }
}
