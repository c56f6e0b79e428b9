package io.drover.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestPathTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/k8s/clusters/c-abcde",
                "/k8s/clusters/c-abcde/api/v1/pods",
                "/k8s/proxy/c-abcde/api",
                "/v3/clusters/c-abcde",
                "/v3/cluster/c-abcde/namespaces",
                "/k8s/clusters/c-abcde/api/v1/namespaces/x/services/http:web:80/proxy/a%20b..c"
            })
    void namesTheClusterThatAPathIsAbout(String path) {
        assertThat(RequestPath.cluster(path)).contains("c-abcde");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/v3/tokens",
                "/v3/clusters",
                "/k8s/clusters/",
                "/k8s/clusters/c-abcde/../c-other/api",
                "/k8s/clusters/c-abcde/%2e%2E/c-other/api",
                "/k8s/clusters/c-abcde%2f..%2fc-other/api",
                "/k8s/clusters/c-abcde/..;x/c-other",
                "/k8s/clusters/c-abcde/..\\c-other",
                "/k8s/clusters/C-ABCDE/api",
                "//k8s/clusters/c-abcde"
            })
    void namesNoneWhereItCouldBeReadOtherwise(String path) {
        assertThat(RequestPath.cluster(path)).isEmpty();
    }
}
