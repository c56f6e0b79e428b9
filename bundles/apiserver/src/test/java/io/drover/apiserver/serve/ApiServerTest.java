package io.drover.apiserver.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.drover.api.auth.Authorizer;
import io.drover.api.auth.Caller;
import io.drover.api.auth.Decision;
import io.drover.api.auth.Question;
import io.drover.apiserver.Asking;
import io.drover.apiserver.Asking.Answered;
import io.drover.apiserver.store.Store;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiServerTest {

    private static final String MAPS = "/api/v1/namespaces/n/configmaps";
    private static final String WIDGETS = "/apis/example.com/v1/namespaces/n/widgets";
    static final String DEFINITION = "{'apiVersion':'apiextensions.k8s.io/v1','kind':'CustomResourceDefinition',"
            + "'metadata':{'name':'widgets.example.com'},'spec':{'group':'example.com','scope':'Namespaced',"
            + "'names':{'plural':'widgets','kind':'Widget'},'versions':[{'name':'v1','served':true,'storage':true,"
            + "'subresources':{'status':{}},'schema':{'openAPIV3Schema':{'type':'object','properties':{"
            + "'spec':{'type':'object','required':['size'],'properties':{'size':{'type':'integer','minimum':1},"
            + "'color':{'type':'string','default':'red','enum':['red','green']},"
            + "'free':{'type':'object','x-kubernetes-preserve-unknown-fields':true},"
            + "'parts':{'type':'array','x-kubernetes-list-type':'map','x-kubernetes-list-map-keys':['name'],"
            + "'items':{'type':'object','properties':{'name':{'type':'string'},'n':{'type':'integer'}}}}}},"
            + "'status':{'type':'object','x-kubernetes-preserve-unknown-fields':true}}}}},"
            + "{'name':'v1beta1','served':true,'storage':false,'schema':{'openAPIV3Schema':{'type':'object',"
            + "'x-kubernetes-preserve-unknown-fields':true}}}]}}";

    @TempDir
    Path data;

    private ApiServer server;
    private Asking api;

    @BeforeEach
    void start() {
        server = new ApiServer(Store.open(data, Duration.ofHours(1), Clock.systemUTC()), () -> null);
        api = new Asking(server, Caller.SYSTEM);
        api.post("/api/v1/namespaces", "{'metadata':{'name':'n'}}");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void define() {
        assertThat(api.post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", DEFINITION)
                        .status())
                .isEqualTo(201);
        await(() -> api.get(WIDGETS).status() == 200);
    }

    static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    private static String map(String name) {
        return "{'metadata':{'name':'" + name + "'},'data':{'a':'1'}}";
    }

    @Test
    void anObjectIsCreatedReadChangedAndDeleted() {
        Answered created = api.post(MAPS, map("m"));
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.json().at("/metadata/uid").asText()).hasSize(36);
        assertThat(created.json().at("/kind").asText()).isEqualTo("ConfigMap");

        Answered changed = api.put(MAPS + "/m", "{'metadata':{'name':'m'},'data':{'a':'2'}}");
        assertThat(changed.json().at("/metadata/uid")).isEqualTo(created.json().at("/metadata/uid"));
        assertThat(api.get(MAPS + "/m").json().at("/data/a").asText()).isEqualTo("2");

        Answered deleted = api.delete(MAPS + "/m");
        assertThat(deleted.json().path("status").asText()).isEqualTo("Success");
        assertThat(deleted.json().at("/details/kind").asText()).isEqualTo("configmaps");
        assertThat(api.get(MAPS + "/m").message()).isEqualTo("configmaps \"m\" not found");
    }

    @Test
    void largeAnswersAreCompressedForThoseWhoTakeIt() {
        for (int i = 0; i < 30; i++) {
            api.post(MAPS, "{'metadata':{'name':'m" + i + "'},'data':{'a':'" + "x".repeat(8 * 1024) + "'}}");
        }
        Map<String, String> takesGzip = Map.of("accept-encoding", "gzip, deflate;q=0.5");

        Answered list = api.ask("GET", MAPS, "", "", takesGzip);

        assertThat(list.headers())
                .containsEntry("content-encoding", "gzip")
                .containsEntry("vary", "Accept-Encoding")
                .doesNotContainKey("content-length");
        assertThat(list.json()).isEqualTo(api.get(MAPS).json());
        assertThat(api.ask("GET", MAPS + "/m1", "", "", takesGzip).headers()).doesNotContainKey("content-encoding");
        assertThat(api.ask("GET", MAPS, "", "", Map.of("accept-encoding", "gzip;q=0"))
                        .headers())
                .doesNotContainKey("content-encoding");
    }

    @Test
    void refusalsAreThoseOfKubernetes() {
        api.post(MAPS, map("m"));

        assertThat(api.post(MAPS, map("m")).message()).isEqualTo("configmaps \"m\" already exists");
        assertThat(api.post("/api/v1/namespaces/none/configmaps", map("m")).message())
                .isEqualTo("namespaces \"none\" not found");
        Answered stale = api.put(MAPS + "/m", "{'metadata':{'name':'m','resourceVersion':'1'}}");
        assertThat(stale.status()).isEqualTo(409);
        assertThat(stale.message())
                .isEqualTo(
                        "Operation cannot be fulfilled on configmaps \"m\": the object has been modified; please apply"
                                + " your changes to the latest version and try again");
        Answered invalid = api.post(MAPS, map("Not_A_Name"));
        assertThat(invalid.status()).isEqualTo(422);
        assertThat(invalid.message())
                .startsWith("ConfigMap \"Not_A_Name\" is invalid: metadata.name: Invalid value: \"Not_A_Name\": ");
        assertThat(invalid.json().at("/details/causes/0/field").asText()).isEqualTo("metadata.name");
        assertThat(api.get("/api/v1/nonsense").message()).isEqualTo("the server could not find the requested resource");
        assertThat(api.ask("PUT", MAPS, "application/json", "{}", Map.of()).status())
                .isEqualTo(405);
        assertThat(api.post(MAPS, "{'kind':'Secret','metadata':{'name':'x'}}").reason())
                .isEqualTo("BadRequest");
    }

    @Test
    void badBodiesAreRefusedAndHarmNothing() {
        String deep = "{\"a\":".repeat(100_000);
        assertThat(api.ask("POST", MAPS, "application/json", deep, Map.of()).status())
                .isEqualTo(400);
        assertThat(api.ask("POST", MAPS, "application/yaml", "a: " + "[".repeat(100_000), Map.of())
                        .status())
                .isEqualTo(400);
        assertThat(api.ask("POST", MAPS, "application/json", "[".repeat(100_000), Map.of())
                        .status())
                .isEqualTo(400);
        assertThat(api.post(MAPS + "?fieldValidation=Strict", "{'metadata':{'name':'m','name':'m'}}")
                        .message())
                .contains("duplicate field \"metadata.name\"");
        assertThat(api.post(MAPS, "{'metadata':{'name':'m'},'data':{'a':1}}").status())
                .isEqualTo(400);
        assertThat(api.post(MAPS, "{'metadata':'m'}").status()).isEqualTo(400);
        assertThat(api.post(MAPS, "{'metadata':{'name':7}}").status()).isEqualTo(400);
        assertThat(api.post(MAPS, "{'metadata':{'name':'m','labels':{'a':{}}}}").status())
                .isEqualTo(400);
        assertThat(api.post(MAPS, "[]").status()).isEqualTo(400);
        assertThat(api.post(MAPS, "null").status()).isEqualTo(400);
        assertThat(api.post(MAPS, "").status()).isEqualTo(400);
        assertThat(api.post(MAPS, "{} {}").status()).isEqualTo(400);
        assertThat(api.ask("POST", MAPS, "text/csv", "a,b", Map.of()).status()).isEqualTo(415);
        assertThat(api.ask("PATCH", MAPS + "/m", "application/json", "{}", Map.of())
                        .status())
                .isEqualTo(415);
        assertThat(api.get(MAPS + "?limit=x").status()).isEqualTo(400);
        assertThat(api.get(MAPS + "?continue=zzz").status()).isEqualTo(400);
        assertThat(api.get(MAPS + "?labelSelector=a%20in%20b").status()).isEqualTo(400);
        assertThat(api.get(MAPS + "?fieldSelector=spec.x%3D1").status()).isEqualTo(400);
        assertThat(api.get("/api/v1/namespaces/n/%zz").status()).isEqualTo(400);
        assertThat(api.ask("GET", MAPS, "", "", Map.of("accept", "text/html")).status())
                .isEqualTo(406);
        assertThat(api.get(MAPS).json().path("items")).isEmpty();
    }

    @Test
    void aListIsReadInPagesOfOneSnapshot() {
        for (int i = 0; i < 5; i++) {
            api.post(MAPS, map("m" + i));
        }
        JsonNode first = api.get(MAPS + "?limit=2").json();
        assertThat(first.at("/metadata/remainingItemCount").asInt()).isEqualTo(3);
        api.post(MAPS, map("m11"));
        api.delete(MAPS + "/m4");
        String token = first.at("/metadata/continue").asText();
        JsonNode second = api.get(MAPS + "?limit=10&continue=" + token).json();

        assertThat(second.path("items").findValuesAsText("name"))
                .contains("m2", "m3", "m4")
                .doesNotContain("m11");
        assertThat(second.at("/metadata/continue").isMissingNode()).isTrue();
        assertThat(second.at("/metadata/resourceVersion")).isEqualTo(first.at("/metadata/resourceVersion"));
    }

    @Test
    void selectorsChooseByLabelsAndFields() {
        api.post(MAPS, "{'metadata':{'name':'a','labels':{'app':'x','tier':'1'}}}");
        api.post(MAPS, "{'metadata':{'name':'b','labels':{'app':'y'}}}");
        api.post(MAPS, "{'metadata':{'name':'c'}}");

        assertThat(names("labelSelector=app%3Dx")).containsExactly("a");
        assertThat(names("labelSelector=app%20in%20(x,y)")).containsExactly("a", "b");
        assertThat(names("labelSelector=app%20notin%20(x)")).containsExactly("b", "c");
        assertThat(names("labelSelector=!app")).containsExactly("c");
        assertThat(names("labelSelector=app,tier!%3D1")).containsExactly("b");
        assertThat(names("fieldSelector=metadata.name%3Db")).containsExactly("b");
        assertThat(names("fieldSelector=metadata.name!%3Db,metadata.namespace%3Dn"))
                .containsExactly("a", "c");
    }

    private List<String> names(String query) {
        return api.get(MAPS + "?" + query).json().path("items").findValues("metadata").stream()
                .map(m -> m.path("name").asText())
                .toList();
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
        Asking.Watched watch = api.watch(MAPS + "?watch=true&labelSelector=on");
        api.post(MAPS, map("m"));
        api.mergePatch(MAPS + "/m", "{'metadata':{'labels':{'on':''}}}");
        api.mergePatch(MAPS + "/m", "{'data':{'b':'2'}}");
        api.mergePatch(MAPS + "/m", "{'metadata':{'labels':null}}");

        assertThat(watch.next().path("type").asText()).isEqualTo("ADDED");
        assertThat(watch.next().path("type").asText()).isEqualTo("MODIFIED");
        assertThat(watch.next().path("type").asText()).isEqualTo("DELETED");
        assertThat(watch.isQuiet()).isTrue();
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
        Asking.Watched slow = api.watch(MAPS + "?watch=true");
        Asking.Watched quick = api.watch(MAPS + "?watch=true");
        slow.stall();
        String big = "x".repeat(900_000);
        for (int i = 0; i < 60; i++) {
            api.post(MAPS, "{'metadata':{'name':'m" + i + "'},'data':{'a':'" + big + "'}}");
            assertThat(quick.next().at("/object/metadata/name").asText()).isEqualTo("m" + i);
        }
        assertThat(slow.next().path("type").asText()).isEqualTo("ADDED");
        slow.goOn();

        JsonNode event = slow.next();
        while (!event.path("type").asText().equals("ERROR")) {
            event = slow.next();
        }
        assertThat(event.at("/object/code").asInt()).isEqualTo(410);
        slow.awaitEnd();
        quick.leave();
    }

    @Test
    void definedKindsArePrunedDefaultedAndValidated() {
        define();
        Answered created = api.post(
                WIDGETS,
                "{'apiVersion':'example.com/v1','kind':'Widget','metadata':{'name':'w'},"
                        + "'spec':{'size':2,'nonsense':1,'free':{'kept':{'a':1}}},'status':{'x':1},'junk':{}}");

        assertThat(created.json().path("spec").toString())
                .isEqualTo("{\"size\":2,\"free\":{\"kept\":{\"a\":1}},\"color\":\"red\"}");
        assertThat(created.json().has("junk")).isFalse();
        assertThat(created.json().has("status")).isFalse();
        Answered invalid = api.post(
                WIDGETS,
                "{'apiVersion':'example.com/v1','kind':'Widget','metadata':{'name':'x'},'spec':{'color':'blue','size':0}}");
        assertThat(invalid.message())
                .isEqualTo(
                        "Widget.example.com \"x\" is invalid: [spec.color: Unsupported value: \"blue\": supported values:"
                                + " \"red\", \"green\", spec.size: Invalid value: 0: spec.size in body should be greater than or"
                                + " equal to 1]");
        assertThat(api.post(
                                WIDGETS,
                                "{'apiVersion':'example.com/v1','kind':'Widget','metadata':{'name':'x'},'spec':{}}")
                        .message())
                .isEqualTo("Widget.example.com \"x\" is invalid: spec.size: Required value");
        assertThat(api.post(
                                WIDGETS + "?fieldValidation=Strict",
                                "{'apiVersion':'example.com/v1','kind':'Widget','metadata':{'name':'x'},'spec':{'size':1,'no':1}}")
                        .message())
                .contains("strict decoding error: unknown field \"spec.no\"");
    }

    @Test
    void statusIsWrittenThroughItsSubresourceOnlyAndGenerationCountsTheRest() {
        define();
        api.post(WIDGETS, "{'apiVersion':'example.com/v1','kind':'Widget','metadata':{'name':'w'},'spec':{'size':1}}");
        api.mergePatch(WIDGETS + "/w", "{'status':{'a':1}}");
        assertThat(api.get(WIDGETS + "/w").json().has("status")).isFalse();

        api.mergePatch(WIDGETS + "/w/status", "{'status':{'a':1},'spec':{'size':9}}");
        JsonNode widget = api.get(WIDGETS + "/w").json();
        assertThat(widget.at("/status/a").asInt()).isEqualTo(1);
        assertThat(widget.at("/spec/size").asInt()).isEqualTo(1);
        assertThat(widget.at("/metadata/generation").asInt()).isEqualTo(1);

        api.mergePatch(WIDGETS + "/w", "{'spec':{'size':3}}");
        assertThat(api.get(WIDGETS + "/w").json().at("/metadata/generation").asInt())
                .isEqualTo(2);
    }

    @Test
    void allServedVersionsShowTheSameObjects() {
        define();
        api.post(WIDGETS, "{'apiVersion':'example.com/v1','kind':'Widget','metadata':{'name':'w'},'spec':{'size':1}}");

        JsonNode other =
                api.get("/apis/example.com/v1beta1/namespaces/n/widgets/w").json();
        assertThat(other.path("apiVersion").asText()).isEqualTo("example.com/v1beta1");
        assertThat(other.at("/spec/size").asInt()).isEqualTo(1);
    }

    @Test
    void aDefinitionGoesWithItsInstancesAndComesBackEmpty() {
        define();
        api.post(WIDGETS, "{'apiVersion':'example.com/v1','kind':'Widget','metadata':{'name':'w'},'spec':{'size':1}}");

        api.delete("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.com");
        await(() -> api.get(WIDGETS).status() == 404);
        await(() -> api.get("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.com")
                        .status()
                == 404);
        define();
        assertThat(api.get(WIDGETS).json().path("items")).isEmpty();
    }

    @Test
    void definitionsThatCantBeServedAreRefused() {
        String url = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
        assertThat(api.post(url, DEFINITION.replace("'widgets.example.com'", "'other.example.com'"))
                        .message())
                .contains("must be spec.names.plural+\".\"+spec.group");
        assertThat(api.post(url, DEFINITION.replace("'type':'integer','minimum':1", "'minimum':1"))
                        .message())
                .contains("properties[size].type: Required value");
        assertThat(api.post(url, DEFINITION.replace("'storage':false", "'storage':true"))
                        .message())
                .contains("must have exactly one version marked as storage version");
    }

    @Test
    void applyingTakesOverMergesAndGivesUpFields() {
        String a = MAPS + "/m?fieldManager=a";
        String b = MAPS + "/m?fieldManager=b";
        assertThat(api.apply(
                                a,
                                "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'m'},'data':{'x':'1','y':'1'}}")
                        .status())
                .isEqualTo(201);
        assertThat(api.apply(b, "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'m'},'data':{'z':'1'}}")
                        .status())
                .isEqualTo(200);

        Answered conflict =
                api.apply(b, "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'m'},'data':{'x':'2'}}");
        assertThat(conflict.status()).isEqualTo(409);
        assertThat(conflict.message()).isEqualTo("Apply failed with 1 conflict: conflict with \"a\": .data.x");
        assertThat(conflict.json().at("/details/causes/0/reason").asText()).isEqualTo("FieldManagerConflict");

        JsonNode forced = api.apply(
                        b + "&force=true",
                        "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'m'},'data':{'x':'2'}}")
                .json();
        assertThat(forced.path("data").toString()).isEqualTo("{\"x\":\"2\",\"y\":\"1\"}");
        JsonNode given = api.apply(a, "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'m'}}")
                .json();
        assertThat(given.path("data").toString()).isEqualTo("{\"x\":\"2\"}");
        String version = given.at("/metadata/resourceVersion").asText();
        assertThat(api.apply(a, "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'m'}}")
                        .json()
                        .at("/metadata/resourceVersion")
                        .asText())
                .isEqualTo(version);
    }

    @Test
    void appliedListsAreMergedByTheirKeys() {
        define();
        String head =
                "{'apiVersion':'example.com/v1','kind':'Widget','metadata':{'name':'w'},'spec':{'size':1,'parts':";
        api.apply(WIDGETS + "/w?fieldManager=a", head + "[{'name':'one','n':1},{'name':'two','n':2}]}}");
        JsonNode both = api.apply(
                        WIDGETS + "/w?fieldManager=b",
                        "{'apiVersion':'example.com/v1','kind':'Widget','metadata':{'name':'w'},'spec':{'parts':[{'name':'three','n':3}]}}")
                .json();
        assertThat(both.at("/spec/parts").findValuesAsText("name")).containsExactly("one", "two", "three");

        JsonNode less = api.apply(WIDGETS + "/w?fieldManager=a", head + "[{'name':'two','n':2}]}}")
                .json();
        assertThat(less.at("/spec/parts").findValuesAsText("name")).containsExactly("two", "three");
    }

    @Test
    void updatesAreManagedToo() {
        api.ask("POST", MAPS + "?fieldManager=a-maker", "application/json", map("m").replace('\'', '"'), Map.of());
        api.ask(
                "PATCH",
                MAPS + "/m?fieldManager=b-changer",
                "application/merge-patch+json",
                "{\"data\":{\"a\":\"2\"}}",
                Map.of());

        JsonNode managed = api.get(MAPS + "/m").json().at("/metadata/managedFields");
        assertThat(managed.get(0).path("manager").asText()).isEqualTo("a-maker");
        assertThat(managed.get(0).path("fieldsV1").toString()).isEqualTo("{\"f:data\":{}}");
        assertThat(managed.get(1).path("manager").asText()).isEqualTo("b-changer");
        assertThat(managed.get(1).path("fieldsV1").toString()).isEqualTo("{\"f:data\":{\"f:a\":{}}}");
    }

    @Test
    void strategicMergeKnowsTheKeysOfLists() {
        String accounts = "/api/v1/namespaces/n/serviceaccounts";
        api.post(accounts, "{'metadata':{'name':'s'},'secrets':[{'name':'a'},{'name':'b'}]}");
        String patch = "{\"secrets\":[{\"$patch\":\"delete\",\"name\":\"a\"},{\"name\":\"c\"}]}";
        JsonNode patched = api.ask("PATCH", accounts + "/s", "application/strategic-merge-patch+json", patch, Map.of())
                .json();

        assertThat(patched.path("secrets").findValuesAsText("name")).containsExactly("c", "b");
    }

    @Test
    void jsonPatchesAreDoneWhollyOrNotAtAll() {
        api.post(MAPS, map("m"));
        String url = MAPS + "/m";
        String type = "application/json-patch+json";
        assertThat(api.ask(
                                "PATCH",
                                url,
                                type,
                                "[{\"op\":\"test\",\"path\":\"/data/a\",\"value\":\"1\"},{\"op\":\"add\",\"path\":\"/data/b\",\"value\":\"2\"}]",
                                Map.of())
                        .status())
                .isEqualTo(200);
        assertThat(api.ask(
                                "PATCH",
                                url,
                                type,
                                "[{\"op\":\"remove\",\"path\":\"/data/b\"},{\"op\":\"test\",\"path\":\"/data/a\",\"value\":\"9\"}]",
                                Map.of())
                        .status())
                .isEqualTo(422);
        assertThat(api.ask("PATCH", url, type, "[{\"op\":\"remove\",\"path\":\"/data/none\"}]", Map.of())
                        .status())
                .isEqualTo(422);
        assertThat(api.ask("PATCH", url, type, "{}", Map.of()).status()).isEqualTo(400);
        assertThat(api.ask("PATCH", url, type, "[{\"op\":\"explode\"}]", Map.of())
                        .status())
                .isIn(400, 422);
        assertThat(api.get(url).json().at("/data/b").asText()).isEqualTo("2");
    }

    @Test
    void dryRunsAnswerAsIfAndChangeNothing() {
        assertThat(api.post(MAPS + "?dryRun=All", map("m")).status()).isEqualTo(201);
        assertThat(api.get(MAPS + "/m").status()).isEqualTo(404);
        api.post(MAPS, map("m"));
        assertThat(api.mergePatch(MAPS + "/m?dryRun=All", "{'data':{'a':'9'}}")
                        .json()
                        .at("/data/a")
                        .asText())
                .isEqualTo("9");
        api.ask("DELETE", MAPS + "/m?dryRun=All", "", "", Map.of());
        assertThat(api.get(MAPS + "/m").json().at("/data/a").asText()).isEqualTo("1");
        assertThat(api.post(MAPS + "?dryRun=Some", map("x")).status()).isEqualTo(422);
    }

    @Test
    void finalizersHoldAnObjectUntilTheLastIsGone() {
        api.post(MAPS, "{'metadata':{'name':'m','finalizers':['example.com/a']}}");
        assertThat(api.delete(MAPS + "/m")
                        .json()
                        .at("/metadata/deletionTimestamp")
                        .isTextual())
                .isTrue();
        assertThat(api.mergePatch(MAPS + "/m", "{'metadata':{'finalizers':['example.com/a','example.com/b']}}")
                        .status())
                .isEqualTo(422);

        api.mergePatch(MAPS + "/m", "{'metadata':{'finalizers':null}}");
        assertThat(api.get(MAPS + "/m").status()).isEqualTo(404);
    }

    @Test
    void deletionsKeepToTheirPreconditions() {
        String uid = api.post(MAPS, map("m")).json().at("/metadata/uid").asText();
        Answered refused =
                api.ask("DELETE", MAPS + "/m", "application/json", "{\"preconditions\":{\"uid\":\"other\"}}", Map.of());
        assertThat(refused.status()).isEqualTo(409);
        assertThat(api.ask(
                                "DELETE",
                                MAPS + "/m",
                                "application/json",
                                "{\"preconditions\":{\"uid\":\"" + uid + "\"}}",
                                Map.of())
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aCollectionIsDeletedBySelector() {
        api.post(MAPS, "{'metadata':{'name':'a','labels':{'x':'1'}}}");
        api.post(MAPS, map("b"));
        assertThat(api.ask("DELETE", MAPS + "?labelSelector=x", "", "", Map.of())
                        .json()
                        .path("items"))
                .hasSize(1);
        assertThat(names("")).containsExactly("b");
    }

    @Test
    void aForegroundDeletionWaitsForWhatIsOwnedAndAnOrphaningOneLetsGo() {
        for (String policy : List.of("Foreground", "Orphan")) {
            String uid = api.post(MAPS, map("owner")).json().at("/metadata/uid").asText();
            api.post(
                    MAPS,
                    "{'metadata':{'name':'owned','finalizers':['example.com/a'],'ownerReferences':[{'apiVersion':'v1',"
                            + "'kind':'ConfigMap','name':'owner','uid':'" + uid + "','blockOwnerDeletion':true}]}}");
            api.ask("DELETE", MAPS + "/owner?propagationPolicy=" + policy, "", "", Map.of());
            if (policy.equals("Foreground")) {
                await(() -> api.get(MAPS + "/owned")
                        .json()
                        .at("/metadata/deletionTimestamp")
                        .isTextual());
                assertThat(api.get(MAPS + "/owner").status()).isEqualTo(200);
                api.mergePatch(MAPS + "/owned", "{'metadata':{'finalizers':null}}");
                await(() -> api.get(MAPS + "/owner").status() == 404);
            } else {
                await(() -> api.get(MAPS + "/owner").status() == 404);
                JsonNode orphan = api.get(MAPS + "/owned").json();
                assertThat(orphan.at("/metadata/ownerReferences").isMissingNode())
                        .isTrue();
                assertThat(orphan.at("/metadata/deletionTimestamp").isMissingNode())
                        .isTrue();
            }
        }
    }

    @Test
    void nothingIsCreatedInANamespaceThatIsBeingDeleted() {
        api.post(MAPS, "{'metadata':{'name':'m','finalizers':['example.com/a']}}");
        api.delete("/api/v1/namespaces/n");
        Answered refused = api.post(MAPS, map("late"));
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.message()).contains("because it is being terminated");
        await(() ->
                api.get(MAPS + "/m").json().at("/metadata/deletionTimestamp").isTextual());
        api.mergePatch(MAPS + "/m", "{'metadata':{'finalizers':null}}");
        await(() -> api.get("/api/v1/namespaces/n").status() == 404);
    }

    @Test
    void generatedNamesAreNewEachTime() {
        String first = api.post(MAPS, "{'metadata':{'generateName':'m-'}}")
                .json()
                .at("/metadata/name")
                .asText();
        String second = api.post(MAPS, "{'metadata':{'generateName':'m-'}}")
                .json()
                .at("/metadata/name")
                .asText();
        assertThat(first).matches("m-[a-z0-9]{5}").isNotEqualTo(second);
    }

    @Test
    void theSameEventIsServedByBothGroups() {
        api.post(
                "/apis/events.k8s.io/v1/namespaces/n/events",
                "{'metadata':{'name':'e'},'regarding':{'kind':'X','name':'x','namespace':'n'},'note':'hello','reason':'R',"
                        + "'type':'Normal','action':'A','reportingController':'c','reportingInstance':'i','eventTime':'2026-01-01T00:00:00.000000Z'}");
        JsonNode event = api.get("/api/v1/namespaces/n/events/e").json();
        assertThat(event.path("message").asText()).isEqualTo("hello");
        assertThat(event.at("/involvedObject/name").asText()).isEqualTo("x");
        assertThat(api.get("/api/v1/namespaces/n/events?fieldSelector=involvedObject.name%3Dx")
                        .json()
                        .path("items"))
                .hasSize(1);
        assertThat(api.get("/apis/events.k8s.io/v1/namespaces/n/events/e")
                        .json()
                        .path("note")
                        .asText())
                .isEqualTo("hello");
    }

    @Test
    void secretsTakeTextAndGiveBase64() {
        String secrets = "/api/v1/namespaces/n/secrets";
        JsonNode secret = api.post(secrets, "{'metadata':{'name':'s'},'stringData':{'a':'b'}}")
                .json();
        assertThat(secret.at("/data/a").asText()).isEqualTo("Yg==");
        assertThat(secret.has("stringData")).isFalse();
        assertThat(secret.path("type").asText()).isEqualTo("Opaque");
        assertThat(api.post(secrets, "{'metadata':{'name':'t','resourceVersion':'1'}}")
                        .status())
                .isEqualTo(500);
        assertThat(api.post(secrets, "{'metadata':{'name':'t'},'data':{'a':'***'}}")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void formsOfAnswersAreNegotiated() {
        api.post(MAPS, map("m"));
        String table = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
        JsonNode rows = api.ask("GET", MAPS, "", "", Map.of("accept", table)).json();
        assertThat(rows.path("kind").asText()).isEqualTo("Table");
        assertThat(rows.at("/rows/0/cells/0").asText()).isEqualTo("m");
        assertThat(rows.at("/rows/0/cells/1").asInt()).isEqualTo(1);
        assertThat(rows.at("/rows/0/object/kind").asText()).isEqualTo("PartialObjectMetadata");
        String partial = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";
        JsonNode partials =
                api.ask("GET", MAPS, "", "", Map.of("accept", partial)).json();
        assertThat(partials.at("/items/0").has("data")).isFalse();
        String protobufFirst = "application/vnd.kubernetes.protobuf,application/json";
        assertThat(api.ask("GET", MAPS + "/m", "", "", Map.of("accept", protobufFirst))
                        .json()
                        .at("/data/a")
                        .asText())
                .isEqualTo("1");
        assertThat(api.ask("GET", MAPS + "/m", "", "", Map.of("accept", "application/yaml"))
                        .body())
                .contains("a: \"1\"");
    }

    @Test
    void nobodyButDroverMayDoAnythingWithoutAnAuthorizer() {
        Asking user = new Asking(server, new Caller("u-1", List.of(), Map.of(), Optional.empty()));
        assertThat(user.get(MAPS).status()).isEqualTo(403);
        assertThat(user.get("/metrics").status()).isEqualTo(403);
        assertThat(user.get("/version").status()).isEqualTo(200);
    }

    @Test
    void theAuthorizerIsAskedForExactlyWhatIsDone() {
        server.close();
        Authorizer onlyM = new Authorizer() {
            @Override
            public Decision decide(Caller caller, Question question) {
                boolean yes = question.equals(new Question("get", "", "configmaps", "n", "m"));
                return new Decision(yes, yes ? "a role allows it" : "no role of u-1 allows it");
            }

            @Override
            public Set<ClusterGrant> grantsIn(String clusterId) {
                return Set.of();
            }
        };
        server = new ApiServer(Store.open(data, Duration.ofHours(1), Clock.systemUTC()), () -> onlyM);
        new Asking(server, Caller.SYSTEM).post(MAPS, map("m"));
        Asking user = new Asking(server, new Caller("u-1", List.of("g"), Map.of(), Optional.empty()));

        assertThat(user.get(MAPS + "/m").status()).isEqualTo(200);
        Answered refused = user.get(MAPS + "/other");
        assertThat(refused.message())
                .isEqualTo(
                        "configmaps \"other\" is forbidden: User \"u-1\" cannot get resource \"configmaps\" in API group \"\""
                                + " in the namespace \"n\": no role of u-1 allows it");
        JsonNode review = user.post(
                        "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                        "{'spec':{'resourceAttributes':{'verb':'get','resource':'configmaps','namespace':'n','name':'m'}}}")
                .json();
        assertThat(review.at("/status/allowed").asBoolean()).isTrue();
        assertThat(user.post("/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}")
                        .json()
                        .at("/status/userInfo/username")
                        .asText())
                .isEqualTo("u-1");
    }
}
