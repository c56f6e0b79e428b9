package io.drover.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.auth.Question;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KubernetesRequestTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            emptyValue = "",
            value = {
                "GET    | /api/v1/namespaces                     |              | list             | '' | namespaces |"
                        + " '' | ''",
                "GET    | /api/v1/namespaces/a                   |              | get              | '' | namespaces |"
                        + " '' | a",
                "PUT    | /api/v1/namespaces/a/finalize          |              | update           | '' |"
                        + " namespaces/finalize | '' | a",
                "GET    | /api/v1/namespaces/a/pods              | watch=true   | watch            | '' | pods | a |"
                        + " ''",
                "GET    | /api/v1/namespaces/a/pods              | watch=false  | list             | '' | pods | a |"
                        + " ''",
                "GET    | /api/v1/namespaces/a/pods/b/log        | follow=true  | get              | '' | pods/log | a"
                        + " | b",
                "POST   | /api/v1/namespaces/a/pods/b/exec       |              | create           | '' | pods/exec |"
                        + " a | b",
                "DELETE | /apis/management.cattle.io/v3/clusters |              | deletecollection |"
                        + " management.cattle.io | clusters | '' | ''",
                "PATCH  | /apis/management.cattle.io/v3/clusters/c-1 |          | patch            |"
                        + " management.cattle.io | clusters | '' | c-1",
                "GET    | /api/v1/secrets                        | fieldSelector=metadata.name%3Da | list | '' |"
                        + " secrets | '' | a",
                "GET    | /api/v1/secrets                        | fieldSelector=metadata.name%3Da%2Ctype%3Db | list |"
                        + " '' | secrets | '' | ''",
                "GET    | /apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode | | get |"
                        + " rbac.authorization.k8s.io | clusterroles | '' | system:node",
            })
    void readsWhatIsAskedFor(
            String method,
            String path,
            String query,
            String verb,
            String group,
            String resource,
            String namespace,
            String name) {
        assertThat(KubernetesRequest.question(method, path, query == null ? "" : query))
                .contains(new Question(verb, group, resource, namespace, name));
    }

    /** An API server decodes before it looks for slashes: this one would be asked for Secrets. */
    @Test
    void leavesAlonePathsThatCouldBeReadInTwoWays() {
        assertThat(KubernetesRequest.question("GET", "/api/v1/namespaces/default%2Fsecrets", ""))
                .isEqualTo(Optional.empty());
        assertThat(KubernetesRequest.question("GET", "/api/v1//secrets", "")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/version",
                "/api",
                "/api/v1",
                "/apis/apps/v1",
                "/openapi/v3/apis/apps/v1",
                "/api/v1/watch/pods"
            })
    void saysNothingOfWhatIsNoResource(String path) {
        assertThat(KubernetesRequest.question("GET", path, "")).isEmpty();
    }
}
