package io.drover.shell.plane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.plane.ManagementPlane;
import io.drover.apiserver.client.ClientPlane;
import io.drover.apiserver.serve.ApiServer;
import io.drover.apiserver.store.Retention;
import io.drover.apiserver.store.Store;
import io.drover.shell.Console;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the real API server. */
class HistoryCommandsTest {

    @TempDir
    Path data;

    private ApiServer server;
    private ClientPlane plane;
    private KubernetesClient client;
    private String first;

    @BeforeEach
    void changeSomething() {
        server = new ApiServer(Store.open(data, Retention.of(Duration.ofHours(1)), Clock.systemUTC()), () -> null);
        plane = ClientPlane.of(server);
        client = plane.client();
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("n")
                        .endMetadata()
                        .build())
                .create();
        ConfigMap map = new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace("n")
                .withName("m")
                .endMetadata()
                .withData(Map.of("color", "red"))
                .build();
        first = client.resource(map).create().getMetadata().getResourceVersion();
        client.resource(map)
                .edit(m -> new ConfigMapBuilder(m).addToData("color", "green").build());
    }

    @AfterEach
    void stop() {
        plane.close();
        server.close();
    }

    private <C extends ObjectCommand> C about(C command, String resource, String name) {
        command.plane = (ManagementPlane) plane;
        command.resource = resource;
        command.namespace = "n";
        command.name = name;
        return command;
    }

    @Test
    void showsWhoChangedWhat() throws Exception {
        ShowHistory history = about(new ShowHistory(), "cm", "m");
        assertThat(Console.run(history)).contains("system:drover", "created", "changed", "/data/color");
        history.patch = true;
        assertThat(Console.run(history)).contains("~ /data/color = \"green\"");
        history.limit = 1;
        assertThat(Console.run(history)).contains("There is more");
        assertThatThrownBy(() -> Console.run(about(new ShowHistory(), "cm", "none")))
                .hasMessageContaining("not found");
        assertThatThrownBy(() -> Console.run(about(new ShowHistory(), "things", "m")))
                .hasMessage("There is no resource things");
    }

    @Test
    void showsADifferenceAndBringsBackWhatWas() throws Exception {
        ShowDifference difference = about(new ShowDifference(), "ConfigMap", "m");
        difference.from = first;
        assertThat(Console.run(difference)).isEqualTo("~ /data/color = \"green\"\n");
        RestoreObject restore = about(new RestoreObject(), "configmaps", "m");
        restore.asOf = first;
        restore.dryRun = true;
        assertThat(Console.run(restore)).startsWith("Could be changed back");
        assertThat(color()).isEqualTo("green");
        restore.dryRun = false;
        assertThat(Console.run(restore)).isEqualTo("changed back to what it was at revision " + first + "\n");
        assertThat(color()).isEqualTo("red");

        client.configMaps().inNamespace("n").withName("m").delete();
        assertThat(Console.run(restore)).startsWith("created anew");
        assertThat(color()).isEqualTo("red");
        restore.asOf = "1000000";
        assertThatThrownBy(() -> Console.run(restore)).hasMessageContaining("yet to come");
    }

    private String color() {
        return client.configMaps()
                .inNamespace("n")
                .withName("m")
                .get()
                .getData()
                .get("color");
    }
}
