package io.drover.apiserver.serve;

import static io.drover.apiserver.access.Plane.await;
import static io.drover.apiserver.serve.Samples.MAPS;
import static io.drover.apiserver.serve.Samples.map;
import static io.drover.apiserver.serve.Samples.names;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.drover.apiserver.Asking;
import io.drover.apiserver.Asking.Answered;
import io.drover.apiserver.access.FreshPlane;
import io.drover.apiserver.access.Plane;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Deletions: finalizers, preconditions, collections, owners and namespaces. */
@ExtendWith(FreshPlane.class)
class DeletionTest {

    private final Asking api;

    DeletionTest(Plane plane) {
        api = plane.system;
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
        assertThat(names(api, "")).containsExactly("b");
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
    void whatHasAnotherOwnerStaysWhenOneGoesInTheForeground() {
        String first = api.post(MAPS, map("first")).json().at("/metadata/uid").asText();
        String second = api.post(MAPS, map("second")).json().at("/metadata/uid").asText();
        String owner = "{'apiVersion':'v1','kind':'ConfigMap','blockOwnerDeletion':true,'name':'";
        api.post(
                MAPS,
                "{'metadata':{'name':'child','ownerReferences':[" + owner + "first','uid':'" + first + "'}," + owner
                        + "second','uid':'" + second + "'}]}}");

        api.delete(MAPS + "/first?propagationPolicy=Foreground");
        await(() -> api.get(MAPS + "/first").status() == 404);

        JsonNode child = api.get(MAPS + "/child").json();
        assertThat(child.at("/metadata/ownerReferences")).hasSize(1);
        assertThat(child.at("/metadata/ownerReferences/0/name").asText()).isEqualTo("second");
    }
}
