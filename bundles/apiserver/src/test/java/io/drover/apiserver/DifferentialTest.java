package io.drover.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.auth.Caller;
import io.drover.apiserver.differential.Comparison;
import io.drover.apiserver.differential.Exchange;
import io.drover.apiserver.differential.Intended;
import io.drover.apiserver.differential.Side;
import io.drover.apiserver.store.Retention;
import io.drover.testbed.KubernetesCluster;
import io.drover.testbed.Need;
import io.drover.testbed.Needs;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The embedded API server answers as a real one does, but for what {@code differential/intended.yaml} lists. */
@Needs(Need.CLUSTER)
class DifferentialTest {

    private static final Path FOLDER = Path.of("src/test/resources/differential");

    @TempDir
    Path data;

    @Test
    void bothServersAnswerTheSame() throws Exception {
        Map<String, List<Exchange>> files = Exchange.readAll(FOLDER);
        Intended intended = Intended.read(FOLDER.resolve("intended.yaml"));
        List<String> differences = new ArrayList<>();
        int asked = 0;
        try (KubernetesCluster cluster = KubernetesCluster.named("differential").start();
                EmbeddedPlane plane =
                        EmbeddedPlane.start(data.resolve("plane"), Retention.of(Duration.ofHours(1)), () -> null);
                HttpAdapter http = new HttpAdapter(plane.server(), Caller.SYSTEM)) {
            Side real = new Side(cluster.server().toString(), client(cluster));
            Side ours = new Side(http.url(), HttpClient.newHttpClient());
            for (List<Exchange> exchanges : files.values()) {
                real.begin();
                ours.begin();
                for (Exchange exchange : exchanges) {
                    differences.addAll(Comparison.of(exchange, real.ask(exchange), ours.ask(exchange)));
                    asked++;
                }
            }
        }
        assertThat(asked).as("requests").isGreaterThan(300);
        List<String> unlisted =
                differences.stream().filter(d -> !intended.covers(d)).toList();
        List<String> wrong = new ArrayList<>(unlisted);
        intended.unused().forEach(entry -> wrong.add("listed, but did not occur: " + entry));
        Files.createDirectories(Path.of("target"));
        Files.write(Path.of("target/differences.txt"), wrong);
        assertThat(wrong)
                .as("differences that are not listed, and listed ones that did not occur")
                .isEmpty();
    }

    private static HttpClient client(KubernetesCluster cluster) {
        return HttpClient.newBuilder()
                .sslContext(cluster.tls())
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }
}
