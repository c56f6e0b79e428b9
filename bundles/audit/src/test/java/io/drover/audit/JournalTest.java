package io.drover.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.audit.AuditRecords.Anchor;
import io.drover.api.audit.AuditRecords.Finding;
import io.drover.api.audit.AuditRecords.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

    private static final long LARGE = 1 << 20;

    @TempDir
    Path folder;

    private Journal journal;

    @BeforeEach
    void open() throws IOException {
        journal = new Journal(folder, Clock.systemUTC());
        assertThat(journal.open()).isTrue();
    }

    @Test
    void aChainThatNobodyTouchedIsWhole() throws IOException {
        write(10);

        Verification verification = verify(Optional.empty());

        assertThat(verification.findings()).isEmpty();
        assertThat(verification.count()).isEqualTo(10);
        assertThat(verification.end().seq()).isEqualTo(10);
    }

    @Test
    void aChangedRecordIsNamed() throws IOException {
        write(10);

        tamper(lines -> lines.set(4, lines.get(4).replace("value-4", "value-X")));

        assertThat(findings()).singleElement().satisfies(finding -> {
            assertThat(finding.seq()).isEqualTo(4);
            assertThat(finding.problem()).startsWith("was changed");
        });
    }

    @Test
    void aRecordThatWasChangedTogetherWithItsHashIsFoundByTheNextOne() throws IOException {
        write(10);
        tamper(lines -> {
            String json = lines.get(4).replaceFirst(",\"hash\".*$", "}").replace("value-4", "value-X");
            byte[] before = Line.told(lines.get(3).getBytes(UTF_8));
            byte[] bytes = json.getBytes(UTF_8);
            byte[] hash = Line.hash(Line.digest(), before, bytes, bytes.length - 1);
            lines.set(4, new String(Line.sealed(bytes, hash), UTF_8).strip());
        });

        assertThat(findings()).extracting(Finding::seq).containsExactly(5L);
    }

    @Test
    void aRemovedRecordIsNamed() throws IOException {
        write(10);

        tamper(lines -> lines.remove(4));

        assertThat(findings()).containsExactly(new Finding(4, "is missing"));
    }

    @Test
    void recordsThatChangedPlacesAreNamed() throws IOException {
        write(10);

        tamper(lines -> Collections.swap(lines, 4, 5));

        assertThat(findings()).containsExactly(new Finding(4, "is not in its place: it stands after 5"));
    }

    @Test
    void recordsCutOffAtTheEndAreMissedAlsoAfterARestart() throws IOException {
        write(10);
        journal.close();
        tamper(lines -> lines.subList(9, 11).clear());

        reopen();
        write(2);

        assertThat(findings()).containsExactly(new Finding(9, "is missing, and so are all up to 10"));
        assertThat(journal.view().tip().seq()).isEqualTo(12);
    }

    @Test
    void aRemovedFileIsMissed() throws IOException {
        write(3);
        journal.rotateIfDue(1);
        write(3);
        journal.synchronise();
        journal.close();
        Files.delete(journal.view().segments().get(0).file());

        reopen();

        assertThat(findings()).contains(new Finding(1, "is missing, and so are all up to 3"));
    }

    @Test
    void aChainThatWasWrittenAnewIsFoundByAHashThatWasNotedBefore() throws IOException {
        write(5);
        Anchor noted = verify(Optional.empty()).end();
        assertThat(verify(Optional.of(noted)).findings()).isEmpty();

        Anchor other = new Anchor(5, "0".repeat(64));

        assertThat(verify(Optional.of(other)).findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.problem()).contains("written anew"));
        assertThat(verify(Optional.of(new Anchor(9, noted.hash()))).findings())
                .extracting(Finding::seq)
                .containsExactly(9L);
    }

    @Test
    void aRecordThatWasNotFinishedWhenTheServerDiedIsDroppedAndTheChainGoesOn() throws IOException {
        write(3);
        journal.close();
        Path file = journal.view().segments().get(0).file();
        Files.writeString(file, "{\"seq\":4,\"value\":\"unfin", StandardOpenOption.APPEND);

        reopen();
        write(2);

        assertThat(findings()).isEmpty();
        assertThat(journal.view().tip().seq()).isEqualTo(5);
    }

    @Test
    void theChainGoesOnFromFileToFile() throws IOException {
        for (int i = 0; i < 4; i++) {
            write(3);
            journal.rotateIfDue(1);
        }

        assertThat(journal.view().segments()).hasSize(5);
        assertThat(findings()).isEmpty();
    }

    @Test
    void filesThatAreTooOldAreRemovedAndNobodyMissesThem() throws IOException {
        write(3);
        journal.rotateIfDue(1);
        write(3);
        Files.setLastModifiedTime(
                journal.view().segments().get(0).file(),
                FileTime.from(Instant.now().minus(Duration.ofDays(10))));

        Optional<String> removed = journal.retain(LARGE, Duration.ofDays(5));

        assertThat(removed).hasValueSatisfying(text -> assertThat(text).contains("records 1 to 3"));
        Verification verification = verify(Optional.empty());
        assertThat(verification.findings()).isEmpty();
        assertThat(verification.first()).isEqualTo(4);
    }

    @Test
    void filesThatAreTooManyAreRemovedButNeverTheLast() throws IOException {
        for (int i = 0; i < 4; i++) {
            journal.rotateIfDue(1);
            write(3);
        }

        journal.retain(1, Duration.ofDays(5));

        assertThat(journal.view().segments()).hasSize(1);
        assertThat(findings()).isEmpty();
        assertThat(verify(Optional.empty()).first()).isEqualTo(10);
    }

    private void write(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            long seq = journal.nextSeq();
            journal.add(("{\"seq\":" + seq + ",\"value\":\"value-" + seq + "\"}").getBytes(UTF_8));
        }
        journal.commit();
    }

    private void reopen() throws IOException {
        journal = new Journal(folder, Clock.systemUTC());
        journal.open();
    }

    private List<Finding> findings() throws IOException {
        return verify(Optional.empty()).findings();
    }

    private Verification verify(Optional<Anchor> known) throws IOException {
        Journal.View view = journal.view();
        // As after a restart of the server, which knows no more than the files.
        journal.close();
        return Verifier.verify(view, journal.readHead(), known);
    }

    /** @param change of the lines of the first file; the first of them is the header, so the others stand at their number */
    private void tamper(Consumer<List<String>> change) throws IOException {
        journal.close();
        Path file = journal.view().segments().get(0).file();
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        change.accept(lines);
        Files.write(file, lines);
    }
}
