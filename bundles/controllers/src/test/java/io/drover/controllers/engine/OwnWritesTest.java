package io.drover.controllers.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OwnWritesTest {

    private static final ObjectKey KEY = new ObjectKey(null, "c-abcde");

    private final OwnWrites writes = new OwnWrites();

    @Test
    void knowsAnEchoThatComesAfterTheTurn() {
        writes.begin(KEY);
        writes.wrote(KEY, "7");
        assertThat(writes.end(KEY)).isFalse();

        assertThat(writes.isForeign(KEY, "7")).isFalse();
        assertThat(writes.isForeign(KEY, "8")).isTrue();
    }

    @Test
    void knowsAnEchoThatComesBeforeTheAnswerToTheWrite() {
        writes.begin(KEY);
        assertThat(writes.isForeign(KEY, "7")).isFalse();
        writes.wrote(KEY, "7");

        assertThat(writes.end(KEY)).isFalse();
        assertThat(writes.isForeign(KEY, "8")).isTrue();
    }

    @Test
    void tellsOfSomebodyElsesChangeDuringTheTurn() {
        writes.begin(KEY);
        writes.wrote(KEY, "7");
        writes.isForeign(KEY, "6");
        writes.isForeign(KEY, "7");

        assertThat(writes.end(KEY)).isTrue();
    }

    @Test
    void takesAChangeThatCameInOneWithTheEchoForForeign() {
        writes.begin(KEY);
        writes.wrote(KEY, "7");
        writes.end(KEY);

        assertThat(writes.isForeign(KEY, "9")).isTrue();
    }
}
