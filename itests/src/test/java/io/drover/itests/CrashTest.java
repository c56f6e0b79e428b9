package io.drover.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What was acknowledged is there after {@code kill -9}. */
class CrashTest {

    @Test
    void whatWasAcknowledgedSurvivesAKill() throws IOException {
        try (DroverServer server = DroverServer.start()) {
            // given a token and objects, the last of them acknowledged a moment ago
            Http admin = server.admin();
            IntStream.range(0, 50)
                    .forEach(i -> assertThat(create(admin, i).status()).isEqualTo(201));

            // when the server is killed and started again
            server.kill();
            assertThat(server.status().path("ready").asBoolean()).isFalse();
            server.startAgain();

            // then all are there, and the token of before still counts
            Http.Answer list = admin.get("/k8s/clusters/local/api/v1/namespaces/default/configmaps");
            assertThat(list.status()).isEqualTo(200);
            assertThat(list.json().path("items").findValuesAsText("name")).containsAll(names());
        }
    }

    private static Http.Answer create(Http admin, int i) {
        return admin.post(
                "/k8s/clusters/local/api/v1/namespaces/default/configmaps",
                Map.of("apiVersion", "v1", "kind", "ConfigMap", "metadata", Map.of("name", "kept-" + i)));
    }

    private static java.util.List<String> names() {
        return IntStream.range(0, 50).mapToObj(i -> "kept-" + i).toList();
    }
}
