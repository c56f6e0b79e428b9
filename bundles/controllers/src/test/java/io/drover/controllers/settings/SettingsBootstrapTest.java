package io.drover.controllers.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.model.Setting;
import io.drover.api.plane.Resource;
import io.drover.testkit.InMemoryPlane;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SettingsBootstrapTest {

    private final InMemoryPlane plane = new InMemoryPlane();

    @AfterEach
    void close() {
        plane.close();
    }

    private void start(Map<String, String> environment) {
        new SettingsBootstrap(plane, environment::get).run();
    }

    private Setting setting(String name) {
        return plane.objects(Setting.class).get(name).orElseThrow().value();
    }

    @Test
    void makesEverySettingWithItsDefault() {
        start(Map.of());

        assertThat(plane.objects(Setting.class).list()).hasSizeGreaterThan(90);
        assertThat(setting("server-url")).isEqualTo(new Setting("", "", false, "default"));
        assertThat(setting("password-min-length").effective()).isEqualTo("12");
        assertThat(setting("agent-image").effective()).matches("drover/cluster-agent:\\d+\\.\\d+\\.\\d+.*");
        assertThat(setting("server-version").effective()).matches("v\\d+\\.\\d+\\.\\d+-drover\\.\\d.*");
    }

    @Test
    void keepsWhatSomebodySetAndRenewsTheDefault() {
        plane.objects(Setting.class).create(Resource.named("password-min-length", new Setting("20", "8", true, "db")));

        start(Map.of());

        assertThat(setting("password-min-length")).isEqualTo(new Setting("20", "12", true, "db"));
    }

    @Test
    void letsTheEnvironmentWinForAsLongAsItSaysSo() {
        start(Map.of("CATTLE_SERVER_URL", "https://drover.example.com"));
        assertThat(setting("server-url")).isEqualTo(new Setting("https://drover.example.com", "", false, "env"));

        start(Map.of());
        assertThat(setting("server-url")).isEqualTo(new Setting("", "", false, "default"));
    }

    @Test
    void writesNothingTheSecondTime() {
        start(Map.of());
        String before = plane.objects(Setting.class)
                .get("server-url")
                .orElseThrow()
                .metadata()
                .getResourceVersion();

        start(Map.of());

        assertThat(plane.objects(Setting.class)
                        .get("server-url")
                        .orElseThrow()
                        .metadata()
                        .getResourceVersion())
                .isEqualTo(before);
    }
}
