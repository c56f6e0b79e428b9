package io.drover.apiserver.serve;

import static io.drover.apiserver.access.Plane.await;
import static io.drover.apiserver.serve.Samples.MAPS;
import static io.drover.apiserver.serve.Samples.map;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.drover.apiserver.Asking;
import io.drover.apiserver.access.FreshPlane;
import io.drover.apiserver.access.Plane;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Watches: each change once and in order, by selector, with what is there to begin with, at the receiver's pace. */
@ExtendWith(FreshPlane.class)
class WatchTest {

    private final Asking api;

    WatchTest(Plane plane) {
        api = plane.system;
    }

    @Test
    void aWatchTellsEachChangeOnceInOrderFromWhereItWasAsked() throws Exception {
        String start = api.get(MAPS).json().at("/metadata/resourceVersion").asText();
        api.post(MAPS, map("before"));
        Asking.Watched watch = api.watch(MAPS + "?watch=true&resourceVersion=" + start);
        for (int i = 0; i < 200; i++) {
            api.mergePatch(MAPS + "/before", "{'data':{'i':'" + i + "'}}");
        }
        api.delete(MAPS + "/before");

        assertThat(watch.next().path("type").asText()).isEqualTo("ADDED");
        long last = 0;
        for (int i = 0; i < 200; i++) {
            JsonNode event = watch.next();
            assertThat(event.path("type").asText()).isEqualTo("MODIFIED");
            assertThat(event.at("/object/data/i").asInt()).isEqualTo(i);
            assertThat(event.at("/object/metadata/resourceVersion").asLong()).isGreaterThan(last);
            last = event.at("/object/metadata/resourceVersion").asLong();
        }
        JsonNode deleted = watch.next();
        assertThat(deleted.path("type").asText()).isEqualTo("DELETED");
        assertThat(deleted.at("/object/metadata/resourceVersion").asLong()).isGreaterThan(last);
        watch.leave();
    }

    @Test
    void aWatchBySelectorSeesObjectsComeAndGo() throws Exception {
        String start = api.get(MAPS).json().at("/metadata/resourceVersion").asText();
        Asking.Watched watch = api.watch(MAPS + "?watch=true&labelSelector=on&resourceVersion=" + start);
        api.post(MAPS, map("m"));
        api.mergePatch(MAPS + "/m", "{'metadata':{'labels':{'on':''}}}");
        api.mergePatch(MAPS + "/m", "{'data':{'b':'2'}}");
        api.mergePatch(MAPS + "/m", "{'metadata':{'labels':null}}");
        api.mergePatch(MAPS + "/m", "{'data':{'unseen':'3'}}");
        api.post(MAPS, "{'metadata':{'name':'last','labels':{'on':''}}}");

        assertThat(watch.next().path("type").asText()).isEqualTo("ADDED");
        assertThat(watch.next().path("type").asText()).isEqualTo("MODIFIED");
        assertThat(watch.next().path("type").asText()).isEqualTo("DELETED");
        assertThat(watch.next().at("/object/metadata/name").asText()).isEqualTo("last");
        watch.leave();
    }

    @Test
    void aWatchCanBeginWithWhatIsThereAndEndsInTime() throws Exception {
        api.post(MAPS, map("m"));
        Asking.Watched watch = api.watch(
                MAPS
                        + "?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds=1");

        assertThat(watch.next().at("/object/metadata/name").asText()).isEqualTo("m");
        JsonNode bookmark = watch.next();
        assertThat(bookmark.path("type").asText()).isEqualTo("BOOKMARK");
        assertThat(bookmark.at("/object/metadata/annotations/k8s.io~1initial-events-end")
                        .asText())
                .isEqualTo("true");
        watch.awaitEnd();
    }

    @Test
    void aWatcherThatStopsReadingIsCutOffAndHarmsNobody() throws Exception {
        String start = api.get(MAPS).json().at("/metadata/resourceVersion").asText();
        Asking.Watched slow = api.watch(MAPS + "?watch=true");
        Asking.Watched quick = api.watch(MAPS + "?watch=true");
        await(() -> slow.status() == 200 && quick.status() == 200);
        slow.stall();
        String big = "x".repeat(900_000);
        for (int i = 0; i < 60; i++) {
            api.post(MAPS, "{'metadata':{'name':'m" + i + "'},'data':{'a':'" + big + "'}}");
            assertThat(quick.next().at("/object/metadata/name").asText()).isEqualTo("m" + i);
            if (i == 0) {
                assertThat(slow.next().path("type").asText()).isEqualTo("ADDED");
            }
        }
        slow.goOn();

        JsonNode event = slow.next();
        while (!event.path("type").asText().equals("ERROR")) {
            event = slow.next();
        }
        assertThat(event.at("/object/code").asInt()).isEqualTo(410);
        slow.awaitEnd();
        quick.leave();

        Asking.Watched late = api.watch(MAPS + "?watch=true&resourceVersion=" + start);
        assertThat(late.next().at("/object/code").asInt()).isEqualTo(410);
        assertThat(late.status()).isEqualTo(200);
        late.awaitEnd();
    }

    @Test
    void aWatchForATimeThatIsNoneIsRefusedRatherThanBegun() {
        assertThat(api.get(MAPS + "?watch=true&timeoutSeconds=x").status()).isEqualTo(400);
    }
}
