package io.drover.apiserver.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.apiserver.crash.Operation.Kind;
import io.drover.apiserver.crash.Operation.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinearizabilityTest {

    private static final List<Change> CHANGES =
            List.of(new Change("k", 5, "one", "u1"), new Change("k", 7, "two", "u1"), new Change("k", 9, null, "u1"));

    private static Operation write(String value, long revision, long begin, long end) {
        return new Operation("k", Kind.WRITE, Outcome.DONE, value, revision, "", begin, end);
    }

    private static Operation read(String value, long revision, long begin, long end) {
        return new Operation("k", Kind.READ, Outcome.DONE, value, revision, "", begin, end);
    }

    private static Operation delete(long begin, long end) {
        return new Operation("k", Kind.DELETE, Outcome.DONE, null, 0, "u1", begin, end);
    }

    private static List<String> violations(Operation... operations) {
        return Linearizability.violations(List.of(operations), CHANGES);
    }

    @Test
    void whatCouldHaveHappenedPasses() {
        assertThat(violations(
                        read(null, 0, 0, 1),
                        write("one", 5, 2, 6),
                        read("one", 5, 3, 4),
                        write("two", 7, 5, 10),
                        read("one", 5, 6, 9),
                        read("two", 7, 7, 8),
                        delete(11, 14),
                        read("two", 7, 12, 13),
                        read(null, 0, 12, 13)))
                .isEmpty();
        assertThat(violations(write("one", 5, 0, 9), write("two", 7, 1, 2), delete(3, 4), read(null, 0, 5, 6)))
                .isEmpty();
        assertThat(violations(
                        new Operation("k", Kind.WRITE, Outcome.UNKNOWN, "two", 0, "", 0, Operation.NEVER),
                        new Operation("k", Kind.WRITE, Outcome.UNKNOWN, "three", 0, "", 0, Operation.NEVER),
                        new Operation("k", Kind.WRITE, Outcome.REFUSED, "four", 0, "", 0, 1)))
                .isEmpty();
    }

    @Test
    void whatCantHaveHappenedIsTold() {
        assertThat(violations(write("three", 11, 0, 1)))
                .singleElement()
                .asString()
                .startsWith("Acknowledged, but lost");
        assertThat(violations(write("two", 8, 0, 1)))
                .singleElement()
                .asString()
                .startsWith("Acknowledged with another");
        assertThat(violations(new Operation("k", Kind.WRITE, Outcome.REFUSED, "one", 0, "", 0, 1)))
                .singleElement()
                .asString()
                .startsWith("Refused, but done");
        assertThat(violations(write("one", 5, 3, 4), write("two", 7, 1, 2))).isNotEmpty();
        assertThat(violations(write("two", 7, 1, 2), read("one", 5, 3, 4))).isNotEmpty();
        assertThat(violations(read("two", 7, 1, 2), write("two", 7, 3, 4))).isNotEmpty();
        assertThat(violations(read("two", 7, 1, 2), read("one", 5, 3, 4))).isNotEmpty();
        assertThat(violations(read("two", 6, 1, 2))).singleElement().asString().startsWith("Read what never was");
        assertThat(violations(delete(1, 2), read("two", 7, 3, 4))).isNotEmpty();
        assertThat(Linearizability.violations(
                        List.of(write("one", 5, 1, 2), read(null, 0, 3, 4)), CHANGES.subList(0, 2)))
                .singleElement()
                .asString()
                .startsWith("Not found, though it was there");
    }
}
