package io.drover.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drover.api.DroverException;
import io.drover.api.audit.AuditRecord;
import io.drover.api.audit.AuditRecords.Condition;
import io.drover.api.audit.AuditRecords.Query;
import io.drover.api.audit.AuditedCall;
import io.drover.api.auth.Caller;
import io.drover.api.auth.Callers.RequestHead;
import io.drover.api.auth.Decision;
import io.drover.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Caller ALICE = new Caller(
            "u-alice",
            List.of(),
            Map.of("username", List.of("alice"), "principalid", List.of("local://u-alice")),
            Optional.of("token-abc12"));

    @TempDir
    Path data;

    private AuditComponent audit;

    @AfterEach
    void stop() {
        audit.close();
    }

    @Test
    void tellsWhoDidWhatWhereByWhichRightAndWhatCameOfIt() {
        start(Level.METADATA);

        AuditedCall call = begin("DELETE", "/k8s/clusters/c-abcde/apis/apps/v1/namespaces/shop/deployments/web", "");
        call.caller(ALICE);
        call.decided(new Decision(true, "by GlobalRoleBinding/grb-1"));
        call.ended(200);

        assertThat(newest(1)).singleElement().satisfies(record -> {
            assertThat(record.requestId()).isEqualTo(call.id());
            assertThat(record.user()).isEqualTo("u-alice");
            assertThat(record.userName()).isEqualTo("alice");
            assertThat(record.principal()).isEqualTo("local://u-alice");
            assertThat(record.token()).isEqualTo("token-abc12");
            assertThat(record.verb()).isEqualTo("delete");
            assertThat(record.apiGroup()).isEqualTo("apps");
            assertThat(record.resource()).isEqualTo("deployments");
            assertThat(record.resourceName()).isEqualTo("web");
            assertThat(record.namespace()).isEqualTo("shop");
            assertThat(record.cluster()).isEqualTo("c-abcde");
            assertThat(record.rule()).isEqualTo("by GlobalRoleBinding/grb-1");
            assertThat(record.code()).isEqualTo(200);
            assertThat(record.source()).isEqualTo("192.0.2.1");
            assertThat(record.stage()).isEqualTo("complete");
        });
    }

    @Test
    void whatPoliciesWantNotedIsThereWithinBounds() {
        start(Level.METADATA);

        AuditedCall call = begin("POST", "/k8s/clusters/local/api/v1/namespaces/n/configmaps", "");
        call.annotated("p/name", "is web");
        call.annotated("p/secret", "token-abcde:" + "x1y2z3".repeat(9));
        call.annotated("p/long", "long ".repeat(10_000));
        call.ended(201);

        assertThat(newest(1)).singleElement().satisfies(record -> {
            assertThat(record.annotations())
                    .containsOnlyKeys("p/name", "p/secret")
                    .containsEntry("p/name", "is web");
            assertThat(record.annotations().get("p/secret")).doesNotContain("x1y2z3x1y2z3");
        });
    }

    @Test
    void whatLastsIsRecordedWhenItBeginsAndWhenItEnds() {
        start(Level.METADATA);
        AuditedCall call = begin("GET", "/k8s/clusters/c-abcde/api/v1/pods", "watch=true");

        call.started(200);
        assertThat(newest(1)).extracting(AuditRecord::stage).containsExactly("started");
        call.ended(200);
        call.ended(200);

        List<AuditRecord> both = found("requestId", call.id());
        assertThat(both).extracting(AuditRecord::stage).containsExactly("ended", "started");
        assertThat(both).extracting(AuditRecord::verb).containsOnly("watch");
    }

    @Test
    void ofSeveralObjectsThatOneRequestChangesTheNamesAreTold() throws IOException {
        start(Level.REQUEST);
        AuditedCall call = begin("DELETE", "/k8s/clusters/local/api/v1/namespaces/shop/configmaps", "");
        for (int i = 0; i < 130; i++) {
            JsonNode gone = JSON.readTree("{\"metadata\":{\"namespace\":\"shop\",\"name\":\"map-" + i + "\"}}");
            call.changed(() -> gone, () -> null);
        }
        call.ended(200);

        AuditRecord record = newest(1).get(0);
        assertThat(record.note())
                .startsWith("objects: shop/map-0, shop/map-1, ")
                .endsWith(" and 30 more");
        assertThat(record.changes()).isNullOrEmpty();
        assertThat(record.resourceName()).isNullOrEmpty();
        assertThat(record.verb()).isEqualTo("deletecollection");
    }

    @Test
    void aChangeIsToldByFieldAndAtLevelRequestWithItsValues() throws IOException {
        start(Level.METADATA);
        change(
                "{\"metadata\":{\"name\":\"x\"},\"spec\":{\"size\":1,\"password\":\"a\"}}",
                "{\"metadata\":{\"name\":\"x\"},\"spec\":{\"size\":2,\"password\":\"b\"}}");
        assertThat(newest(1).get(0).changes())
                .containsExactly(
                        new AuditRecord.Change("/spec/password", null, null),
                        new AuditRecord.Change("/spec/size", null, null));

        audit.change(settings(Level.REQUEST, false));
        change("{\"spec\":{\"size\":1,\"password\":\"a\"}}", "{\"spec\":{\"size\":2,\"password\":\"b\"}}");
        assertThat(newest(1).get(0).changes())
                .containsExactly(
                        new AuditRecord.Change("/spec/password", "[redacted]", "[redacted]"),
                        new AuditRecord.Change("/spec/size", 1, 2));
    }

    @Test
    void whatWasMadeOrIsGoneIsToldWithItsFieldsAtLevelRequest() throws IOException {
        start(Level.METADATA);
        change("{\"spec\":{\"size\":1}}", null);
        assertThat(newest(1).get(0).changes()).isNullOrEmpty();

        audit.change(settings(Level.REQUEST, false));
        change("{\"spec\":{\"size\":1,\"password\":\"hunter22\"}}", null);
        assertThat(newest(1).get(0).changes()).singleElement().satisfies(gone -> {
            assertThat(gone.path()).isEqualTo("/spec");
            assertThat(gone.before().toString()).contains("size=1").doesNotContain("hunter22");
            assertThat(gone.after()).isNull();
        });
        change(null, "{\"password\":\"hunter22\"}");
        assertThat(newest(1).get(0).changes()).containsExactly(new AuditRecord.Change("/password", null, "[redacted]"));
    }

    @Test
    void tellsWhetherASecondFactorWasShown() {
        start(Level.METADATA);
        for (boolean shown : List.of(true, false)) {
            AuditedCall call = begin("GET", "/v3/users", "");
            call.caller(new Caller("u-alice", List.of(), Map.of(), Optional.of("token-abc12"), shown));
            call.ended(200);
        }

        assertThat(newest(2)).extracting(AuditRecord::mfa).containsExactly(null, true);
    }

    @Test
    void theLevelChangesWhileItRuns() {
        start(Level.NONE);
        begin("GET", "/v3/clusters", "").ended(200);
        assertThat(found("entrance", "v3")).isEmpty();

        audit.change(settings(Level.RESPONSE, false));
        AuditedCall call = begin("GET", "/v3/clusters", "");

        assertThat(call.wantsRequestBody()).isTrue();
        assertThat(call.wantsResponseBody()).isTrue();
        call.ended(200);
        assertThat(found("entrance", "v3")).hasSize(1);
    }

    @Test
    void recordsBeyondTheQueueAreDroppedAndCounted() throws IOException {
        Path folder = blocked();
        audit = new AuditComponent(folder, Clock.systemUTC(), 5, settings(Level.METADATA, false));
        for (int i = 0; i < 8; i++) {
            begin("GET", "/v3/users/u-" + i, "").ended(200);
        }
        assertThat(audit.dropped()).isEqualTo(3);

        Files.delete(folder);

        Eventually.until(
                "what waited is written", () -> found("resource", "users").size() == 5);
        assertThat(found("verb", "drop")).singleElement().satisfies(note -> assertThat(note.note())
                .startsWith("3 records"));
    }

    @Test
    void requestsAreRefusedRatherThanDoneUnrecordedWhereThatIsWanted() throws IOException {
        Path folder = blocked();
        audit = new AuditComponent(folder, Clock.systemUTC(), 2, settings(Level.METADATA, true));
        AuditedCall first = begin("GET", "/v3/users/u-1", "");
        AuditedCall second = begin("GET", "/v3/users/u-2", "");

        assertThatThrownBy(() -> begin("GET", "/v3/users/u-3", ""))
                .isInstanceOfSatisfying(
                        DroverException.class,
                        refused -> assertThat(refused.fault().httpStatus()).isEqualTo(503));
        first.ended(200);
        second.ended(200);
        assertThat(audit.dropped()).isZero();
        Files.delete(folder);

        Eventually.until(
                "what waited is written", () -> found("resource", "users").size() == 2);
        begin("GET", "/v3/users/u-4", "").ended(200);
        assertThat(found("resource", "users")).hasSize(3);
    }

    @Test
    void recordsAreFoundByWhatTheyTell() {
        start(Level.METADATA);
        for (String name : List.of("a", "b", "c")) {
            AuditedCall call = begin("GET", "/v3/clusters/c-" + name, "");
            call.caller(new Caller("u-" + name, List.of(), Map.of(), Optional.empty()));
            call.ended(name.equals("c") ? 404 : 200);
        }

        assertThat(find(new Condition("user", Set.of("u-a", "u-b"), false)))
                .extracting(AuditRecord::user)
                .containsExactly("u-b", "u-a");
        assertThat(find(new Condition("code", Set.of("404"), false)))
                .extracting(AuditRecord::user)
                .containsExactly("u-c");
        assertThat(find(new Condition("entrance", Set.of("v3"), false), new Condition("user", Set.of("u-c"), true)))
                .extracting(AuditRecord::user)
                .containsExactly("u-b", "u-a");
        Instant later = Instant.now().plusSeconds(60);
        assertThat(audit.find(new Query(List.of(), Optional.of(later), Optional.empty()), 10))
                .isEmpty();
        assertThat(audit.find(new Query(List.of(), Optional.empty(), Optional.of(later)), 2))
                .hasSize(2);
    }

    @Test
    void aNameThatWasTriedIsOnlyKeptIfThereIsSuchAUser() {
        start(Level.METADATA);
        AuditedCall call = begin("POST", "/v3-public/localProviders/local", "action=login");
        call.signsIn("local", "my password by mistake");
        call.ended(401);

        assertThat(newest(1)).singleElement().satisfies(record -> {
            assertThat(record.userName()).isNullOrEmpty();
            assertThat(record.verb()).isEqualTo("login");
            assertThat(record.note()).contains("no user of the name");
        });
    }

    @Test
    void bodiesAreRecordedWithoutSecretsAndNotAtAllIfTheyAreTooLongOrNotUnderstood() throws IOException {
        start(Level.RESPONSE);
        AuditedCall call = begin("POST", "/v3/users", "");
        call.requestBody(body("application/json", "{\"username\":\"bob\",\"password\":\"hunter22\"}"));
        call.responseBody(body("text/plain", "hunter22"));
        call.ended(201);
        AuditedCall longer = begin("POST", "/v3/users", "");
        longer.requestBody(new AuditedCall.Body("application/json", "", new byte[0], 1 << 20));
        longer.ended(201);

        List<AuditRecord> records = newest(2);
        JsonNode first = JSON.valueToTree(records.get(1).requestBody());
        assertThat(first.path("username").asText()).isEqualTo("bob");
        assertThat(first.path("password").asText()).isEqualTo("[redacted]");
        assertThat(records.get(1).responseBody().toString()).startsWith("[not recorded");
        assertThat(records.get(0).requestBody().toString()).startsWith("[not recorded");
        assertThat(Files.readString(Segment.all(folder()).get(0).file())).doesNotContain("hunter22");
    }

    @Test
    void theChainIsWholeAcrossRestarts() {
        start(Level.METADATA);
        begin("GET", "/v3/users", "").ended(200);
        audit.close();
        start(Level.METADATA);
        begin("GET", "/v3/users", "").ended(200);

        assertThat(audit.verify(Optional.empty()).findings()).isEmpty();
        assertThat(found("resource", "users")).hasSize(2);
        assertThat(found("verb", "start")).hasSize(2);
        assertThat(found("verb", "stop")).hasSize(1);
    }

    /** Either may be null. */
    private void change(String before, String after) throws IOException {
        JsonNode was = before == null ? null : JSON.readTree(before);
        JsonNode is = after == null ? null : JSON.readTree(after);
        AuditedCall call = begin("PUT", "/v3/things/x", "");
        call.changed(() -> was, () -> is);
        call.ended(200);
    }

    private static AuditedCall.Body body(String type, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return new AuditedCall.Body(type, "", bytes, bytes.length);
    }

    private Path folder() {
        return data.resolve("audit");
    }

    /** A folder that can't be made, because there is a file in its place. */
    private Path blocked() throws IOException {
        return Files.createFile(folder());
    }

    private void start(Level level) {
        audit = new AuditComponent(folder(), Clock.systemUTC(), 100, settings(level, false));
    }

    private static Settings settings(Level level, boolean refuse) {
        return new Settings(level, refuse, 1 << 20, 1 << 30, Duration.ofDays(1));
    }

    private AuditedCall begin(String method, String path, String query) {
        return audit.begin(new RequestHead(method, path, query, name -> List.of("test/1"), "192.0.2.1"));
    }

    private List<AuditRecord> newest(int count) {
        return audit.find(Query.ALL, count);
    }

    private List<AuditRecord> found(String field, String value) {
        return find(new Condition(field, Set.of(value), false));
    }

    private List<AuditRecord> find(Condition... conditions) {
        return audit.find(new Query(List.of(conditions), Optional.empty(), Optional.empty()), 100);
    }
}
