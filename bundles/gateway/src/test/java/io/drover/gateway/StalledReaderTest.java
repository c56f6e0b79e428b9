package io.drover.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.drover.gateway.listener.CertificateAuthority;
import io.drover.testkit.Eventually;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class StalledReaderTest {

    private static final int STALLED = 16;

    @Test
    void whoStopsReadingHoldsAWindowAndHarmsNobody() throws Exception {
        CertificateAuthority authority = CertificateAuthority.create(Clock.systemUTC());
        List<SSLSocket> stalled = new ArrayList<>();
        try (var gateway = new RunningGateway();
                var cluster = new Http2Cluster(authority)) {
            gateway.cluster("c-one");
            gateway.agent("c-one", cluster.address(), authority);
            for (int i = 0; i < STALLED; i++) {
                SSLSocket socket = (SSLSocket) RunningGateway.trusting(gateway.authority)
                        .getSocketFactory()
                        .createSocket("localhost", gateway.listener.port());
                stalled.add(socket);
                socket.getOutputStream()
                        .write(
                                "GET /k8s/clusters/c-one/endless HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer alice\r\n\r\n"
                                        .getBytes(ISO_8859_1));
                assertThat(RawServer.readHead(socket.getInputStream())).startsWith("HTTP/1.1 200");
            }
            long held = settled(cluster) / STALLED;

            // what is held is in the kernel's socket buffers for the most part, which take up to 4 MB and more
            assertThat(held).isLessThan(12L << 20);
            HttpResponse<String> other = HttpClient.newBuilder()
                    .sslContext(RunningGateway.trusting(gateway.authority))
                    .build()
                    .send(
                            HttpRequest.newBuilder(gateway.uri("/k8s/clusters/c-one/small"))
                                    .header("Authorization", "Bearer alice")
                                    .timeout(Duration.ofSeconds(20))
                                    .build(),
                            BodyHandlers.ofString());
            assertThat(other.body()).isEqualTo("HTTP/2.0");

            for (SSLSocket socket : stalled) {
                socket.close();
            }
            Eventually.until("the cluster's connection is closed", () -> cluster.endlessOpen.get() == 0);
        }
    }

    /** How much was poured once nothing has been for a second. */
    private static long settled(Http2Cluster cluster) {
        long seen = -1;
        while (seen != cluster.endlessBytes.get()) {
            seen = cluster.endlessBytes.get();
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
        }
        return seen;
    }
}
