package io.drover.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterStartTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"", "Lab", "-lab", "lab-", "a/b", "..", "it's", "12345678901234567890123456789012345678901"})
    void aNameThatKubernetesWouldNotTakeIsRefused(String name) {
        assertThatThrownBy(() -> KubernetesCluster.named(name))
                .isInstanceOf(TestbedException.class)
                .hasMessageContaining("cannot name a cluster");
    }

    @Test
    void whatIsWrittenOfAClusterIsReadAgain(@TempDir Path folder) throws IOException {
        Settings settings = new Settings("lab", 7, true, false, Path.of("/tmp/logs/lab"), ProcessIdentity.current());
        settings.writeTo(folder.resolve("cluster"));

        assertThat(Settings.read(folder.resolve("cluster"))).isEqualTo(settings);
        assertThat(settings.owner().isAlive()).isTrue();
    }
}
