package io.example.pasture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.driver.ClusterDriver;
import io.drover.api.driver.DrivenCluster;
import io.drover.api.driver.Progress;
import io.drover.testkit.ClusterDriverContract;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Version;

class PastureDriverTest extends ClusterDriverContract<PastureSettings> {

    private final PastureDriver driver = new PastureDriver(Version.emptyVersion);

    @Override
    protected ClusterDriver<PastureSettings> driver() {
        return driver;
    }

    @Override
    protected PastureSettings settings() {
        return new PastureSettings("https://10.0.0.7:6443", "PEM", "hush-hush", "north");
    }

    @Test
    void isDialledDirectly() {
        Progress progress = driver.converge(new DrivenCluster<>("c-abcde", "north", settings(), Optional.empty()));

        assertThat(progress).isInstanceOf(Progress.Ready.class);
        assertThat(((Progress.Ready) progress).endpoint().direct()).isTrue();
    }

    @Test
    void refusesAServerThatIsNoHttpsUrl() {
        PastureSettings plain = new PastureSettings("http://10.0.0.7:6443", "PEM", "hush-hush", "north");

        assertThatThrownBy(() -> driver.converge(new DrivenCluster<>("c-abcde", "north", plain, Optional.empty())))
                .isInstanceOfSatisfying(
                        DroverException.class, e -> assertThat(e.fault()).isEqualTo(Fault.REJECTED))
                .hasMessageContaining("http://10.0.0.7:6443");
    }
}
