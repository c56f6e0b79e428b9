package io.drover.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.audit.AuditRecord;
import io.drover.api.audit.AuditRecords;
import io.drover.rest.ApiServer.Answer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AuditLogsTest {

    private final Kept kept = new Kept();
    private ApiServer server;

    @BeforeEach
    void start() throws Exception {
        server = new ApiServer();
        server.user("u-plain", "jo", "Jo");
        server.api.add(kept);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void anAdministratorPagesThroughTheRecords() throws Exception {
        Answer newest = server.asAdmin("GET", "/v3/auditlogs?order=desc&limit=2", null);

        assertThat(newest.status()).isEqualTo(200);
        assertThat(newest.at("/resourceType").asText()).isEqualTo("auditRecord");
        assertThat(newest.at("/data").findValuesAsText("requestId")).containsExactly("r-12", "r-11");
        assertThat(newest.at("/data/0/code").asInt()).isEqualTo(200);
        assertThat(newest.at("/pagination/total").asInt()).isEqualTo(12);
        String next = newest.at("/pagination/next").asText();
        Answer page = server.asAdmin("GET", next.substring(server.url().length()), null);
        assertThat(page.at("/data").findValuesAsText("requestId")).containsExactly("r-10", "r-9");
    }

    @Test
    void filtersAreAskedOfTheAuditItself() throws Exception {
        server.asAdmin(
                "GET",
                "/v3/auditlogs?user=u-1&code_in=401&code_in=403&verb_ne=list&time_gte=2026-01-02T03:04:05Z&system=false&note_like=x",
                null);

        AuditRecords.Query asked = kept.queries.get(kept.queries.size() - 1);
        assertThat(asked.conditions())
                .containsExactlyInAnyOrder(
                        new AuditRecords.Condition("user", Set.of("u-1"), false),
                        new AuditRecords.Condition("code", Set.of("401", "403"), false),
                        new AuditRecords.Condition("verb", Set.of("list"), true));
        assertThat(asked.from()).contains(Instant.parse("2026-01-02T03:04:05Z"));
        assertThat(server.asAdmin("GET", "/v3/auditlogs?time_lt=yesterday", null)
                        .status())
                .isEqualTo(422);
    }

    @Test
    void aRecordIsFoundByItsId() throws Exception {
        Answer one = server.asAdmin("GET", "/v3/auditlogs/0000000000000003", null);

        assertThat(one.at("/requestId").asText()).isEqualTo("r-3");
        assertThat(server.asAdmin("GET", "/v3/auditlogs/0000000000000099", null).status())
                .isEqualTo(404);
        assertThat(server.asAdmin("DELETE", "/v3/auditlogs/0000000000000003", null)
                        .status())
                .isEqualTo(405);
    }

    @Test
    void whoHasNoRightSeesNothingAndNoFileIsReadForHim() throws Exception {
        Answer answer = server.as("u-plain", "GET", "/v3/auditlogs", null);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.at("/data")).isEmpty();
        assertThat(kept.queries).isEmpty();
        assertThat(server.as("u-plain", "GET", "/v3/auditlogs/0000000000000003", null)
                        .status())
                .isEqualTo(403);
    }

    /** Twelve records; it keeps what it is asked. */
    private static final class Kept implements AuditRecords {

        final List<Query> queries = new CopyOnWriteArrayList<>();

        @Override
        public List<AuditRecord> find(Query query, int limit) {
            queries.add(query);
            return LongStream.rangeClosed(1, 12).mapToObj(i -> record(13 - i)).toList();
        }

        @Override
        public Optional<AuditRecord> get(long seq) {
            return seq <= 12 ? Optional.of(record(seq)) : Optional.empty();
        }

        private static AuditRecord record(long seq) {
            return new AuditRecord(
                    seq,
                    "2026-01-02T03:04:05Z",
                    "complete",
                    "r-" + seq,
                    "v3",
                    "u-1",
                    "",
                    "",
                    "",
                    null,
                    "",
                    "",
                    "",
                    "GET",
                    "",
                    "",
                    "get",
                    "",
                    "clusters",
                    "",
                    "",
                    "",
                    "",
                    "",
                    200,
                    1,
                    "",
                    Map.of(),
                    List.of(),
                    null,
                    null);
        }

        @Override
        public Verification verify(Optional<Anchor> known) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long dropped() {
            return 0;
        }
    }
}
