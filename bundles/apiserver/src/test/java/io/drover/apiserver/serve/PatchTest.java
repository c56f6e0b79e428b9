package io.drover.apiserver.serve;

import static io.drover.apiserver.serve.Samples.MAPS;
import static io.drover.apiserver.serve.Samples.WIDGETS;
import static io.drover.apiserver.serve.Samples.defineWidgets;
import static io.drover.apiserver.serve.Samples.map;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.drover.apiserver.Asking;
import io.drover.apiserver.Asking.Answered;
import io.drover.apiserver.access.FreshPlane;
import io.drover.apiserver.access.Plane;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Patches of all types, and what they leave managed by whom. */
@ExtendWith(FreshPlane.class)
class PatchTest {

    private final Asking api;

    PatchTest(Plane plane) {
        api = plane.system;
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
        defineWidgets(api);
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
    void whoAppliesIsTheSameInAllVersions() {
        defineWidgets(api);
        String kind = "'kind':'Widget','metadata':{'name':'w'},";
        api.apply(
                WIDGETS + "/w?fieldManager=a",
                "{'apiVersion':'example.com/v1'," + kind + "'spec':{'size':1,'color':'red','free':{'x':1}}}");

        JsonNode widget = api.apply(
                        WIDGETS.replace("v1", "v1beta1") + "/w?fieldManager=a",
                        "{'apiVersion':'example.com/v1beta1'," + kind + "'spec':{'size':2}}")
                .json();

        assertThat(widget.path("spec").toString()).doesNotContain("free").contains("\"size\":2");
        assertThat(widget.at("/metadata/managedFields")).hasSize(1);
    }
}
