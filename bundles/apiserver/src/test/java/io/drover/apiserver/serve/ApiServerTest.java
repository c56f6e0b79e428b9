package io.drover.apiserver.serve;

import static io.drover.apiserver.serve.Samples.MAPS;
import static io.drover.apiserver.serve.Samples.map;
import static io.drover.apiserver.serve.Samples.names;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.drover.api.auth.Authorizer;
import io.drover.api.auth.Caller;
import io.drover.api.auth.Decision;
import io.drover.api.auth.Question;
import io.drover.apiserver.Asking;
import io.drover.apiserver.Asking.Answered;
import io.drover.apiserver.access.FreshPlane;
import io.drover.apiserver.access.Plane;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(FreshPlane.class)
class ApiServerTest {

    private final Plane plane;
    private final Asking api;

    ApiServerTest(Plane plane) {
        this.plane = plane;
        api = plane.system;
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
    void aListWhoseStateIsForgottenMayGoOnInAnother() {
        List.of("a", "b", "c").forEach(name -> api.post(MAPS, map(name)));
        String first =
                api.get(MAPS + "?limit=1").json().at("/metadata/continue").asText();
        for (int i = 0; i <= 200; i++) {
            api.mergePatch(MAPS + "/c", "{'data':{'i':'" + i + "'}}");
            api.get(MAPS + "?limit=1");
        }

        Answered expired = api.get(MAPS + "?limit=1&continue=" + first);
        assertThat(expired.status()).isEqualTo(410);
        String another = expired.json().at("/metadata/continue").asText();
        assertThat(names(api, "continue=" + another)).containsExactly("b", "c");
    }

    @Test
    void selectorsChooseByLabelsAndFields() {
        api.post(MAPS, "{'metadata':{'name':'a','labels':{'app':'x','tier':'1'}}}");
        api.post(MAPS, "{'metadata':{'name':'b','labels':{'app':'y'}}}");
        api.post(MAPS, "{'metadata':{'name':'c'}}");

        assertThat(names(api, "labelSelector=app%3Dx")).containsExactly("a");
        assertThat(names(api, "labelSelector=app%20in%20(x,y)")).containsExactly("a", "b");
        assertThat(names(api, "labelSelector=app%20notin%20(x)")).containsExactly("b", "c");
        assertThat(names(api, "labelSelector=!app")).containsExactly("c");
        assertThat(names(api, "labelSelector=app,tier!%3D1")).containsExactly("b");
        assertThat(names(api, "fieldSelector=metadata.name%3Db")).containsExactly("b");
        assertThat(names(api, "fieldSelector=metadata.name!%3Db,metadata.namespace%3Dn"))
                .containsExactly("a", "c");
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
        Asking user = new Asking(plane.server, new Caller("u-1", List.of(), Map.of(), Optional.empty()));
        assertThat(user.get(MAPS).status()).isEqualTo(403);
        assertThat(user.get("/metrics").status()).isEqualTo(403);
        assertThat(user.get("/version").status()).isEqualTo(200);
    }

    @Test
    void theAuthorizerIsAskedForExactlyWhatIsDone(@TempDir Path data) {
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
        try (Plane guarded = new Plane(data, Environment.with(() -> onlyM))) {
            guarded.system.post(MAPS, map("m"));
            Asking user = new Asking(guarded.server, new Caller("u-1", List.of("g"), Map.of(), Optional.empty()));

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
}
