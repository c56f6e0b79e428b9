package io.drover.shell.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.DroverException;
import io.drover.api.audit.AuditRecord;
import io.drover.api.audit.AuditRecords;
import io.drover.shell.DroverCommand;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AuditCommandsTest {

    private static final String HASH = "0a".repeat(32);

    private final Kept kept = new Kept();

    @Test
    void theNewestRecordsAreListedTheNewestAtTheEnd() throws InterruptedException {
        ListAudit list = new ListAudit();
        list.records = kept;
        list.user = "u-alice";
        list.limit = 2;

        String out = run(list);

        assertThat(kept.asked.conditions())
                .containsExactly(new AuditRecords.Condition("user", Set.of("u-alice"), false));
        assertThat(out.indexOf("pods/exec/web-1")).isPositive().isLessThan(out.indexOf("pods/exec/web-2"));
        assertThat(out).contains("u-alice (alice)", "c-abcde/shop", "(started)").doesNotContain("\u001b[2J");
        assertThat(out).contains("7 records were dropped");
    }

    @Test
    void aWholeChainIsSaidToBeWhole() throws InterruptedException {
        VerifyAudit verify = new VerifyAudit();
        verify.records = kept;
        verify.end = "41:" + HASH;

        assertThat(run(verify)).contains("42 records from 1 to 42", "ends with 42:" + HASH);
        assertThat(kept.known).contains(new AuditRecords.Anchor(41, HASH));
    }

    @Test
    void aBrokenChainFailsTheCommandAndIsNamed() {
        kept.findings.add(new AuditRecords.Finding(17, "was changed"));
        VerifyAudit verify = new VerifyAudit();
        verify.records = kept;
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        assertThatThrownBy(() -> verify.run(new PrintStream(out, true, UTF_8))).isInstanceOf(DroverException.class);
        assertThat(out.toString(UTF_8)).contains("Record 17 was changed");
    }

    @Test
    void anEndOfAChainThatIsNoneIsRefused() {
        VerifyAudit verify = new VerifyAudit();
        verify.records = kept;
        verify.end = "newest";

        assertThatThrownBy(() -> run(verify)).hasMessageContaining("NUMBER:HASH");
    }

    private static String run(DroverCommand command) throws InterruptedException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        command.run(new PrintStream(out, true, UTF_8));
        return out.toString(UTF_8);
    }

    private static final class Kept implements AuditRecords {

        private final List<Finding> findings = new ArrayList<>();
        private Query asked;
        private Optional<Anchor> known;

        @Override
        public List<AuditRecord> find(Query query, int limit) {
            asked = query;
            return List.of(record(2), record(1));
        }

        private static AuditRecord record(long seq) {
            return new AuditRecord(
                    seq,
                    "2026-01-02T03:04:05Z",
                    "started",
                    "r-" + seq,
                    "cluster",
                    "u-alice",
                    "alice",
                    "",
                    "",
                    null,
                    "",
                    "192.0.2.1",
                    "",
                    "POST",
                    "",
                    "",
                    "connect",
                    "",
                    "pods",
                    "exec",
                    "web-" + seq,
                    "c-abcde",
                    "shop",
                    "by \u001b[2J role",
                    101,
                    1500,
                    "",
                    Map.of(),
                    List.of(),
                    null,
                    null);
        }

        @Override
        public Optional<AuditRecord> get(long seq) {
            return Optional.empty();
        }

        @Override
        public Verification verify(Optional<Anchor> anchor) {
            known = anchor;
            return new Verification(42, 1, new Anchor(42, HASH), findings);
        }

        @Override
        public long dropped() {
            return 7;
        }
    }
}
