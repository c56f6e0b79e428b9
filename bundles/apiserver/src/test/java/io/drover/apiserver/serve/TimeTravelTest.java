package io.drover.apiserver.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.drover.api.auth.Caller;
import io.drover.apiserver.Asking;
import io.drover.apiserver.Asking.Answered;
import io.drover.apiserver.access.Plane;
import io.drover.apiserver.store.Retention;
import io.drover.apiserver.store.Store;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TimeTravelTest {

    private static final String MAPS = "/api/v1/namespaces/n/configmaps";
    private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

    @TempDir
    Path data;

    private final AtomicReference<Instant> now = new AtomicReference<>(NOON);
    private ApiServer server;
    private Asking api;

    @BeforeEach
    void start() {
        start(Retention.of(Duration.ofHours(1)));
        api.post("/api/v1/namespaces", "{'metadata':{'name':'n'}}");
    }

    private void start(Retention retention) {
        Clock clock = new Clock() {
            @Override
            public Instant instant() {
                return now.get();
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
        server = new ApiServer(Store.open(data, retention, clock), () -> null);
        api = new Asking(server, Caller.SYSTEM);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static String map(String name, String value) {
        return "{'metadata':{'name':'" + name + "'},'data':{'a':'" + value + "'}}";
    }

    private static String revision(Answered answered) {
        return answered.json().at("/metadata/resourceVersion").asText();
    }

    private static List<String> names(Answered list) {
        List<String> names = new ArrayList<>();
        list.json().path("items").forEach(i -> names.add(i.at("/metadata/name").asText()));
        return names;
    }

    @Test
    void objectsAndListsAreToldAsTheyWere() {
        String first = revision(api.post(MAPS, map("m", "1")));
        now.set(NOON.plusSeconds(60));
        api.put(MAPS + "/m", map("m", "2"));
        String before = revision(api.post(MAPS, map("o", "1")));
        api.delete(MAPS + "/m");

        assertThat(api.get(MAPS + "/m").status()).isEqualTo(404);
        assertThat(api.get(MAPS + "/m?asOf=" + first).json().at("/data/a").asText())
                .isEqualTo("1");
        assertThat(api.get(MAPS + "/m?asOf=2026-01-31T12:00:59Z")
                        .json()
                        .at("/data/a")
                        .asText())
                .isEqualTo("1");
        assertThat(api.get(MAPS + "/m?asOf=2026-01-31T13:00:59%2B01:00")
                        .json()
                        .at("/data/a")
                        .asText())
                .isEqualTo("1");
        assertThat(api.get(MAPS + "/m?asOf=2026-01-31T12:01:00Z").status()).isEqualTo(404);
        assertThat(names(api.get(MAPS + "?asOf=" + before))).containsExactly("m", "o");
        assertThat(names(api.get(MAPS + "?asOf=" + first))).containsExactly("m");
        assertThat(names(api.get("/api/v1/configmaps?asOf=0"))).isEmpty();
        assertThat(names(api.get(MAPS + "?asOf=" + before + "&fieldSelector=metadata.name%3Do")))
                .containsExactly("o");
        assertThat(revision(api.get(MAPS + "?asOf=" + before))).isEqualTo(before);
    }

    @Test
    void listsOfThePastComeInPages() {
        for (int i = 0; i < 1_200; i++) {
            api.post(MAPS, map("m" + (1000 + i), "1"));
        }
        String all = revision(api.get(MAPS));
        api.ask("DELETE", MAPS, "", "", java.util.Map.of());

        assertThat(names(api.get(MAPS))).isEmpty();
        assertThat(names(api.get(MAPS + "?asOf=" + all))).hasSize(1_200).isSorted();
        Answered page = api.get(MAPS + "?limit=700&asOf=" + all);
        assertThat(names(page)).hasSize(700);
        String token = page.json().at("/metadata/continue").asText();
        Answered rest = api.get(MAPS + "?limit=700&asOf=" + all + "&continue=" + token);
        assertThat(names(rest)).hasSize(500).startsWith("m1700").isSorted();
        assertThat(rest.json().at("/metadata/continue").isMissingNode()).isTrue();
        assertThat(api.get("/api/v1/secrets?limit=1&asOf=" + all + "&continue=" + token)
                        .status())
                .isEqualTo(400);
    }

    @Test
    void whatIsNotKeptOrYetToComeIsSaid() {
        String first = revision(api.post(MAPS, map("m", "1")));
        assertThat(api.get(MAPS + "?asOf=1000").message()).startsWith("revision 1000 is yet to come");
        assertThat(api.get(MAPS + "?asOf=2026-02-01T00:00:00Z").status()).isEqualTo(400);
        assertThat(api.get(MAPS + "?asOf=yesterday").message()).contains("must be a revision or an RFC 3339 time");
        assertThat(api.get(MAPS + "?asOf=1&resourceVersion=1").status()).isEqualTo(400);
        assertThat(api.get(MAPS + "?asOf=1&watch=true").status()).isEqualTo(400);
        assertThat(api.post(MAPS + "?asOf=1", map("p", "1")).status()).isEqualTo(400);
        for (int i = 0; i < 30; i++) {
            api.put(MAPS + "/m", map("m", "other " + i));
        }
        server.close();

        start(new Retention(Duration.ofDays(1), 10));
        Plane.await(() -> api.get(MAPS + "/m?asOf=" + first).status() == 410);
        Answered expired = api.get(MAPS + "?asOf=" + first);
        assertThat(expired.reason()).isEqualTo("Expired");
        assertThat(expired.message()).matches("revision " + first + " is no longer kept: the earliest one is \\d+");
        assertThat(api.get(MAPS + "/m").status()).isEqualTo(200);
    }

    @Test
    void anObjectsHistorySaysWhoChangedWhatFromWhere() {
        String first = revision(api.post(MAPS, map("m", "1")));
        now.set(NOON.plusSeconds(60));
        api.mergePatch(MAPS + "/m", "{'data':{'a':'2','b':null,'c':'3'}}");
        api.delete(MAPS + "/m");

        JsonNode history = api.get(MAPS + "/m/history").json();
        assertThat(history.path("kind").asText()).isEqualTo("History");
        JsonNode steps = history.path("items");
        assertThat(steps).hasSize(3);
        assertThat(steps.at("/0/change").asText()).isEqualTo("deleted");
        JsonNode patched = steps.get(1);
        assertThat(patched.path("change").asText()).isEqualTo("changed");
        assertThat(patched.path("time").asText()).isEqualTo("2026-01-31T12:01:00Z");
        assertThat(patched.path("user").asText()).isEqualTo("system:drover");
        assertThat(patched.path("sourceAddress").asText()).isEqualTo("127.0.0.1");
        assertThat(patched.path("verb").asText()).isEqualTo("patch");
        assertThat(patched.path("patch").toString())
                .isEqualTo("[{\"op\":\"replace\",\"path\":\"/data/a\",\"value\":\"2\"},"
                        + "{\"op\":\"add\",\"path\":\"/data/c\",\"value\":\"3\"}]");
        assertThat(steps.at("/2/change").asText()).isEqualTo("created");
        assertThat(steps.at("/2/revision").asText()).isEqualTo(first);

        JsonNode newest = api.get(MAPS + "/m/history?limit=1").json();
        assertThat(newest.path("items")).hasSize(1);
        String next = newest.at("/metadata/continue").asText();
        assertThat(api.get(MAPS + "/m/history?limit=1&continue=" + next)
                        .json()
                        .at("/items/0/verb")
                        .asText())
                .isEqualTo("patch");
        assertThat(api.get(MAPS + "/none/history").status()).isEqualTo(404);
        assertThat(api.post(MAPS + "/m/history", "{}").status()).isEqualTo(405);
        JsonNode difference = api.get(MAPS + "/m/history?from=" + first + "&to=2026-01-31T12:00:30Z")
                .json();
        assertThat(difference.path("patch")).isEmpty();
        assertThat(api.get(MAPS + "/m/history?from=" + first)
                        .json()
                        .path("change")
                        .asText())
                .isEqualTo("deleted");
    }

    @Test
    void historyHidesWhatSecretsHold() {
        String secrets = "/api/v1/namespaces/n/secrets";
        api.post(
                secrets,
                "{'metadata':{'name':'s','annotations':{'kubectl.kubernetes.io/last-applied-configuration':'c2VzYW1l'}},"
                        + "'data':{'password':'c2VzYW1l'}}");
        api.mergePatch(secrets + "/s", "{'data':{'password':'c2VzYW1lMg==','other':'c2VzYW1l'}}");
        api.mergePatch(secrets + "/s", "{'stringData':{'password':'sesame'}}");

        Answered history = api.get(secrets + "/s/history");

        assertThat(history.json().path("items")).hasSize(3);
        assertThat(history.body()).contains("/data/password", "(hidden)").doesNotContain("c2VzYW1l", "sesame");
        assertThat(api.get(secrets + "/s/history?from=1").body())
                .contains("(hidden)")
                .doesNotContain("c2VzYW1l");
    }

    @Test
    void historyHidesPasswordsOfKinds() {
        api.post(
                "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
                Samples.DEFINITION.replace(
                        "'color':{'type':'string',", "'color':{'type':'string','format':'password',"));
        String widgets = "/apis/example.com/v1/namespaces/n/widgets";
        Plane.await(() -> api.get(widgets).status() == 200);
        assertThat(api.post(
                                widgets,
                                "{'apiVersion':'example.com/v1','kind':'Widget','metadata':{'name':'w'},'spec':{'size':1,'color':'green'}}")
                        .status())
                .isEqualTo(201);
        api.mergePatch(widgets + "/w", "{'spec':{'size':2,'color':'red'}}");

        Answered history = api.get(widgets + "/w/history");

        assertThat(history.json().path("items")).hasSize(2);
        assertThat(history.body()).contains("/spec/color", "(hidden)").doesNotContain("\"green\"", "\"red\"");
    }
}
