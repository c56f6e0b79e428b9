package io.drover.agent.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {

    @TempDir
    Path root;

    @Test
    void theMountedSecretPrevailsOverTheEnvironment() throws IOException, Settings.Wrong {
        Path credentials = Files.createDirectory(root.resolve("cattle-credentials"));
        Files.writeString(credentials.resolve("url"), "https://drover.example.com\n");
        Files.writeString(credentials.resolve("token"), "mounted\n");
        Settings settings = Settings.read(
                Map.of("KUBERNETES_SERVICE_HOST", "fd00::1", "CATTLE_SERVER", "https://old", "CATTLE_TOKEN", "old"),
                root);

        assertThat(settings.server()).isEqualTo(URI.create("https://drover.example.com"));
        assertThat(settings.token()).isEqualTo("mounted");
        assertThat(settings.apiServer()).isEqualTo("[fd00::1]:443");
        assertThat(settings.toString()).doesNotContain("mounted");
    }

    @Test
    void onlyTheApiServerIsReachableUnlessMoreIsAllowed() throws Settings.Wrong {
        Map<String, String> environment =
                Map.of("KUBERNETES_SERVICE_HOST", "10.43.0.1", "CATTLE_SERVER", "https://s", "CATTLE_TOKEN", "t");
        AllowList closed = Settings.read(environment, root).allowed();
        assertThat(closed.test("10.43.0.1:443")).isTrue();
        assertThat(closed.test("kubernetes.default.svc:443")).isTrue();
        assertThat(closed.test("10.43.0.1:22")).isFalse();
        assertThat(closed.test("169.254.169.254:80")).isFalse();

        var more = new HashMap<>(environment);
        more.put("DROVER_AGENT_ALLOW", "*.monitoring.svc:9090, 10.0.0.7:*");
        AllowList open = Settings.read(more, root).allowed();
        assertThat(open.test("Prometheus.monitoring.svc:9090")).isTrue();
        assertThat(open.test("prometheus.monitoring.svc:9091")).isFalse();
        assertThat(open.test("10.0.0.7:8080")).isTrue();
        assertThat(open.test("10.0.0.77:8080")).isFalse();
    }

    @Test
    void whatIsMissingIsSaid() {
        assertThatThrownBy(() -> Settings.read(Map.of(), root)).hasMessageContaining("KUBERNETES_SERVICE_HOST");
        assertThatThrownBy(() -> Settings.read(Map.of("KUBERNETES_SERVICE_HOST", "a"), root))
                .hasMessageContaining("CATTLE_SERVER");
        assertThatThrownBy(() -> Settings.read(
                        Map.of("KUBERNETES_SERVICE_HOST", "a", "CATTLE_SERVER", "nonsense", "CATTLE_TOKEN", "t"), root))
                .hasMessageContaining("nonsense");
    }
}
