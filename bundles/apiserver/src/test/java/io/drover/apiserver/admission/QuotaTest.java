package io.drover.apiserver.admission;

import static io.drover.apiserver.access.Plane.await;
import static io.drover.apiserver.access.Plane.made;
import static org.assertj.core.api.Assertions.assertThat;

import io.drover.apiserver.Asking.Answered;
import io.drover.apiserver.access.FreshPlane;
import io.drover.apiserver.access.Plane;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(FreshPlane.class)
class QuotaTest {

    private static final String QUOTAS = "/api/v1/namespaces/n/resourcequotas";
    private static final String MAPS = "/api/v1/namespaces/n/configmaps";

    private final Plane plane;

    QuotaTest(Plane plane) {
        this.plane = plane;
    }

    private void limit(String hard) {
        made(plane.system.post(QUOTAS, "{'metadata':{'name':'q'},'spec':{'hard':" + hard + "}}"));
    }

    private String used(String name) {
        return plane.system
                .get(QUOTAS + "/q")
                .json()
                .at("/status/used")
                .path(name)
                .asText();
    }

    @Test
    void theStatusFollowsAtOnceAndWhatIsTooMuchIsRefused() {
        made(plane.system.post(MAPS, "{'metadata':{'name':'a'}}"));
        limit("{'count/configmaps':'2','configmaps':'2','count/secrets':'1'}");
        assertThat(used("count/configmaps")).isEqualTo("1");

        made(plane.system.post(MAPS, "{'metadata':{'name':'b'}}"));
        assertThat(used("count/configmaps")).isEqualTo("2");
        Answered refused = plane.system.post(MAPS, "{'metadata':{'name':'c'}}");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.message())
                .isEqualTo(
                        "configmaps \"c\" is forbidden: exceeded quota: q, requested: configmaps=1,count/configmaps=1,"
                                + " used: configmaps=2,count/configmaps=2, limited: configmaps=2,count/configmaps=2");
        assertThat(plane.system
                        .post(MAPS + "?dryRun=All", "{'metadata':{'name':'c'}}")
                        .status())
                .isEqualTo(403);
        assertThat(plane.system.mergePatch(MAPS + "/a", "{'data':{'k':'v'}}").status())
                .isEqualTo(200);

        plane.system.delete(MAPS + "/a");
        assertThat(used("count/configmaps")).isEqualTo("1");
        made(plane.system.post(MAPS, "{'metadata':{'name':'c'}}"));
        plane.system.mergePatch(QUOTAS + "/q", "{'spec':{'hard':{'count/configmaps':'5'}}}");
        assertThat(plane.system.get(QUOTAS + "/q").json().at("/status/hard").toString())
                .contains("\"count/configmaps\":\"5\"");
    }

    @Test
    void itHoldsWhenManyComeAtOnce() throws Exception {
        limit("{'count/configmaps':'25'}");
        ExecutorService people = Executors.newFixedThreadPool(8);
        List<Future<Integer>> answers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            answers.add(people.submit(() -> plane.system
                    .post(MAPS, "{'metadata':{'generateName':'m-'}}")
                    .status()));
        }
        int created = 0;
        for (Future<Integer> answer : answers) {
            created += answer.get() == 201 ? 1 : 0;
        }
        people.shutdown();

        assertThat(created).isEqualTo(25);
        assertThat(plane.system.get(MAPS).json().path("items")).hasSize(25);
        assertThat(used("count/configmaps")).isEqualTo("25");
    }

    @Test
    void customResourcesAreCountedToo() {
        made(plane.system.post(
                "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
                "{'metadata':{'name':'widgets.example.com'},'spec':{'group':'example.com','scope':'Namespaced',"
                        + "'names':{'plural':'widgets','kind':'Widget'},'versions':[{'name':'v1','served':true,"
                        + "'storage':true,'schema':{'openAPIV3Schema':{'type':'object'}}}]}}"));
        String widgets = "/apis/example.com/v1/namespaces/n/widgets";
        await(() -> plane.system.get(widgets).status() == 200);
        limit("{'count/widgets.example.com':'1'}");
        String widget = "{'apiVersion':'example.com/v1','kind':'Widget','metadata':{'generateName':'w-'}}";
        made(plane.system.post(widgets, widget));

        assertThat(plane.system.post(widgets, widget).message())
                .contains(
                        "exceeded quota: q, requested: count/widgets.example.com=1, used: count/widgets.example.com=1,"
                                + " limited: count/widgets.example.com=1");
    }

    @Test
    void limitsThatCannotBeAreRefused() {
        assertThat(plane.system
                        .post(QUOTAS, "{'metadata':{'name':'q'},'spec':{'hard':{'secrets':'-1','nonsense':'1'}}}")
                        .message())
                .isEqualTo(
                        "ResourceQuota \"q\" is invalid: [spec.hard[secrets]: Invalid value: \"-1\": must be greater than"
                                + " or equal to 0, spec.hard[nonsense]: Invalid value: \"nonsense\": must be a standard resource"
                                + " type or fully qualified, spec.hard[nonsense]: Invalid value: \"nonsense\": must be a"
                                + " standard resource for quota]");
    }

    @Test
    void limitsOfWhatThereIsNoneOfMayBeFractionsAndHaveScopes() {
        made(plane.system.post(
                QUOTAS,
                "{'metadata':{'name':'q'},'spec':{'hard':{'cpu':'500m','pods':'5','requests.memory':'1.5Gi'},"
                        + "'scopes':['Terminating']}}"));

        assertThat(used("cpu")).isEqualTo("0");
        assertThat(plane.system
                        .post(
                                QUOTAS,
                                "{'metadata':{'name':'r'},'spec':{'hard':{'secrets':'5'},'scopes':['Terminating']}}")
                        .message())
                .isEqualTo("ResourceQuota \"r\" is invalid: spec.scopes: Invalid value: [\"Terminating\"]: unsupported"
                        + " scope applied to resource");
    }
}
