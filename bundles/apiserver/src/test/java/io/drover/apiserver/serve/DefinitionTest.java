package io.drover.apiserver.serve;

import static io.drover.apiserver.access.Plane.await;
import static io.drover.apiserver.serve.Samples.DEFINITION;
import static io.drover.apiserver.serve.Samples.WIDGETS;
import static io.drover.apiserver.serve.Samples.defineWidgets;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.drover.apiserver.Asking;
import io.drover.apiserver.Asking.Answered;
import io.drover.apiserver.access.FreshPlane;
import io.drover.apiserver.access.Plane;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Kinds that are defined by objects. */
@ExtendWith(FreshPlane.class)
class DefinitionTest {

    private final Asking api;

    DefinitionTest(Plane plane) {
        api = plane.system;
    }

    @Test
    void definedKindsArePrunedDefaultedAndValidated() {
        defineWidgets(api);
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
        defineWidgets(api);
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
        defineWidgets(api);
        api.post(WIDGETS, "{'apiVersion':'example.com/v1','kind':'Widget','metadata':{'name':'w'},'spec':{'size':1}}");

        JsonNode other =
                api.get("/apis/example.com/v1beta1/namespaces/n/widgets/w").json();
        assertThat(other.path("apiVersion").asText()).isEqualTo("example.com/v1beta1");
        assertThat(other.at("/spec/size").asInt()).isEqualTo(1);
    }

    @Test
    void aDefinitionGoesWithItsInstancesAndComesBackEmpty() {
        defineWidgets(api);
        api.post(WIDGETS, "{'apiVersion':'example.com/v1','kind':'Widget','metadata':{'name':'w'},'spec':{'size':1}}");

        api.delete("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.com");
        await(() -> api.get(WIDGETS).status() == 404);
        await(() -> api.get("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.com")
                        .status()
                == 404);
        defineWidgets(api);
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
}
