package io.drover.api.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Config;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.URI;
import org.junit.jupiter.api.Test;

class KubeconfigTest {

    @Test
    void leadsToTheClusterThroughDrover() {
        Config config =
                parsed(new Kubeconfig("c-abcde", "prod", URI.create("https://drover.example.com/x"), "PEM", "t:s"));

        assertThat(config.getCurrentContext()).isEqualTo("prod");
        assertThat(config.getContexts().get(0).getContext().getCluster()).isEqualTo("prod");
        assertThat(config.getContexts().get(0).getContext().getUser()).isEqualTo("prod");
        assertThat(config.getClusters().get(0).getCluster().getServer())
                .isEqualTo("https://drover.example.com/k8s/clusters/c-abcde");
        assertThat(config.getClusters().get(0).getCluster().getCertificateAuthorityData())
                .isEqualTo("UEVN");
        assertThat(config.getUsers().get(0).getUser().getToken()).isEqualTo("t:s");
    }

    @Test
    void namesNoAuthorityWhenAPublicOneIssuedTheCertificate() {
        Kubeconfig kubeconfig = new Kubeconfig("c-abcde", "", URI.create("https://drover.example.com"), "", "t:s");

        assertThat(kubeconfig.yaml()).doesNotContain("certificate-authority");
        assertThat(parsed(kubeconfig).getCurrentContext()).isEqualTo("c-abcde");
    }

    @Test
    void letsNoDisplayNameBreakOutOfItsQuotes() {
        String name = "a\"\n- b: \\c\u2028\u0000 \ud83d\ude00é";

        Config config = parsed(new Kubeconfig("c-abcde", name, URI.create("https://drover.example.com"), "", "t:s"));

        assertThat(config.getClusters()).singleElement().matches(cluster -> name.equals(cluster.getName()));
    }

    private static Config parsed(Kubeconfig kubeconfig) {
        return Serialization.unmarshal(kubeconfig.yaml(), Config.class);
    }
}
