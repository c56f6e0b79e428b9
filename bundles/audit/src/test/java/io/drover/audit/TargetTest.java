package io.drover.audit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetTest {

    @ParameterizedTest
    @CsvSource(
            value = {
                "GET, /k8s/clusters/c-1/api/v1/pods, '', cluster list pods . . c-1 .",
                "GET, /k8s/clusters/c-1/api/v1/pods, watch=true, cluster watch pods . . c-1 .",
                "GET, /k8s/proxy/c-1/api/v1/namespaces/a/pods/p/log, follow=true, cluster get pods log p c-1 a",
                "GET, /k8s/clusters/c-1/api/v1/namespaces/a/pods/p/exec, command=sh, cluster connect pods exec p c-1 a",
                "PUT, /k8s/clusters/local/api/v1/namespaces/a/finalize, '', plane update namespaces finalize a local .",
                "DELETE, /k8s/clusters/local/apis/g/v1/things, '', plane deletecollection things . . local .",
                "GET, /k8s/clusters/c-1/version, '', cluster get . . . c-1 .",
                "GET, /v3/clusters/c-1, '', v3 get clusters . c-1 c-1 .",
                "GET, /v3/clusters/c-1/clusterregistrationtokens, '', v3 list clusterregistrationtokens . . c-1 .",
                "POST, /v3/clusters/c-1, action=generateKubeconfig, v3 generateKubeconfig clusters . c-1 c-1 .",
                "POST, /v3/tokens/token-1, action=remove, v3 delete tokens . token-1 . .",
                "POST, /v3/tokens/token-1, _method=DELETE, v3 delete tokens . token-1 . .",
                "PUT, /v3/clusterRoleTemplateBindings/c-1%3Acrtb-1, '', v3 update clusterroletemplatebindings . c-1:crtb-1 c-1 .",
                "GET, /v3/import/abc_c-1.yaml, '', import get clusters . . c-1 .",
                "POST, /v3-public/localProviders/local, action=login, v3-public login localProviders . local . .",
                "GET, /v3/connect/register, '', agent connect . . . . .",
                "GET, /dashboard, '', other get . . . . .",
                "PATCH, '', '', other patch . . . . ."
            })
    void aRequestIsAboutWhatItsPathTells(String method, String path, String query, String expected) {
        Target target = Target.of(method, path, query);

        assertThat(String.join(
                        " ",
                        dot(target.entrance()),
                        dot(target.verb()),
                        dot(target.resource()),
                        dot(target.subresource()),
                        dot(target.name()),
                        dot(target.cluster()),
                        dot(target.namespace())))
                .isEqualTo(expected);
    }

    private static String dot(String text) {
        return text.isEmpty() ? "." : text;
    }
}
