package io.drover.controllers.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.DroverException;
import io.drover.api.auth.Caller;
import io.drover.api.driver.ClusterDriver;
import io.drover.api.driver.DrivenCluster;
import io.drover.api.driver.Progress;
import io.drover.api.kind.Secret;
import io.drover.api.model.Cluster;
import io.drover.api.plane.Admission;
import io.drover.api.plane.Admission.Change;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SecretAdmissionTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final SecretSeal seal = new SecretSeal(SecretSeal.newKey());
    private final Drivers drivers = new Drivers();
    private final Admission admission = new SecretAdmission(drivers, seal);

    @BeforeEach
    void installDriver() {
        drivers.bindDriver(new Pasture());
    }

    @Test
    void aSecretIsUnreadableBeforeItIsStoredAndWhatKubectlAppliedHoldsNone() throws Exception {
        ObjectNode cluster = cluster("hush");
        ObjectNode annotations = cluster.putObject("metadata").putObject("annotations");
        annotations.put(LastApplied.ANNOTATION, cluster("hush").toString());

        admission.mutate(change(cluster, Optional.empty()));

        assertThat(cluster.toString()).doesNotContain("hush");
        assertThat(cluster.at("/spec/genericEngineConfig/server").asText()).isEqualTo("https://a");
        assertThat(seal.open(token(cluster))).isEqualTo("hush");
        assertThat(JSON.readTree(annotations.path(LastApplied.ANNOTATION).asText())
                        .at("/spec/genericEngineConfig/token")
                        .asText())
                .isEqualTo(Cluster.SECRET_KEPT_APART);
    }

    @Test
    void whatIsSealedOrKeptApartAlreadyStaysAsItIs() {
        ObjectNode sealed = cluster(seal.seal("hush"));
        ObjectNode again = sealed.deepCopy();
        admission.mutate(change(again, Optional.of(sealed)));
        assertThat(again).isEqualTo(sealed);

        ObjectNode apart = cluster(Cluster.SECRET_KEPT_APART);
        admission.mutate(change(apart, Optional.of(sealed)));
        assertThat(token(apart)).isEqualTo(Cluster.SECRET_KEPT_APART);
    }

    @Test
    void aSealedValueIsGoodWhereItWasSealedAndNowhereElse() {
        String stolen = seal.seal("hush");

        assertThatThrownBy(() -> admission.mutate(change(cluster(stolen), Optional.empty())))
                .isInstanceOf(DroverException.class)
                .hasMessageContaining("genericEngineConfig.token is sealed");
        assertThatThrownBy(() -> admission.mutate(change(cluster(stolen), Optional.of(cluster("other")))))
                .isInstanceOf(DroverException.class);
        ObjectNode elsewhere = cluster("");
        ((ObjectNode) elsewhere.at("/spec/genericEngineConfig")).put("server", stolen);
        assertThatThrownBy(() -> admission.mutate(change(elsewhere, Optional.of(cluster(stolen)))))
                .isInstanceOf(DroverException.class);
    }

    private static String token(ObjectNode cluster) {
        return cluster.at("/spec/genericEngineConfig/token").asText();
    }

    private static ObjectNode cluster(String token) {
        ObjectNode cluster = JSON.createObjectNode();
        cluster.putObject("spec")
                .putObject("genericEngineConfig")
                .put("driverName", "pasture")
                .put("server", "https://a")
                .put("token", token);
        return cluster;
    }

    private static Change change(ObjectNode cluster, Optional<ObjectNode> before) {
        return new Change(
                before.isPresent() ? Admission.Operation.UPDATE : Admission.Operation.CREATE,
                Caller.SYSTEM,
                "management.cattle.io",
                "v3",
                "clusters",
                "",
                "",
                "c-1",
                cluster,
                before,
                false);
    }

    private record PastureSettings(String server, @Secret String token) {}

    private static final class Pasture implements ClusterDriver<PastureSettings> {

        @Override
        public String kind() {
            return "pasture";
        }

        @Override
        public Class<PastureSettings> settingsType() {
            return PastureSettings.class;
        }

        @Override
        public Progress converge(DrivenCluster<PastureSettings> cluster) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Progress remove(DrivenCluster<PastureSettings> cluster) {
            return new Progress.Gone(List.of());
        }
    }
}
