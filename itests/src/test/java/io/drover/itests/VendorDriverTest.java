package io.drover.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.testbed.Images;
import io.drover.testbed.Need;
import io.drover.testbed.Needs;
import io.drover.testbed.Parts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A vendor's driver comes, is updated and goes on a running server, and nobody else notices. */
@Timeout(600)
@Needs(Need.NODE)
class VendorDriverTest {

    private static final long GIGABYTE = 1L << 30;

    private static DroverServer server;
    private static ImportedCluster cluster;
    private static Path kubeconfig;

    @BeforeAll
    static void start() throws IOException {
        server = DroverServer.start();
        cluster = ImportedCluster.start(server, "itest-vendor");
        kubeconfig = cluster.kubeconfig(server.admin());
        kubectl("run", "web", "--image=" + Images.TOOLS, "--", "sh", "-c", "exec httpd -f -p 8080 -h /www");
        kubectl("wait", "pod/web", "--for=condition=Ready", "--timeout=50s");
    }

    @AfterAll
    static void stop() throws IOException {
        if (cluster != null) {
            cluster.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @Test
    void aDriverComesIsUpdatedAndGoesWhileStreamsRun() throws IOException {
        // It ends when it is told to: what has come until then does not depend on how an exec ends.
        try (Running bulk = cluster.startKubectl(
                        Parts.kubectl(),
                        kubeconfig,
                        "exec",
                        "web",
                        "--",
                        "sh",
                        "-c",
                        "dd if=/dev/zero bs=1048576 count=1024 2>/dev/null; echo; echo all of it;"
                                + " while [ ! -e /tmp/read ]; do sleep 1; done");
                Running watch =
                        cluster.startKubectl(Parts.kubectl(), kubeconfig, "get", "configmaps", "-w", "-o", "name");
                Running shell = cluster.startKubectl(
                        Parts.oldKubectl(),
                        kubeconfig,
                        "exec",
                        "web",
                        "--",
                        "sh",
                        "-c",
                        "while :; do date; sleep 1; done")) {
            watch.awaitOutput("kube-root-ca.crt");

            // when the driver is dropped in
            deploy("pasture-0.1.0-SNAPSHOT.jar");
            Wait.until("the driver is there", () -> server.log().contains("Pastures are served: version=0.1.0"));
            String id = createPasture();

            // then it serves its kind
            Wait.until("the pasture is active", Duration.ofMinutes(2), () -> state(id)
                    .equals("active"));

            // and when it is updated, it still does
            deploy("pasture-0.1.0-SNAPSHOT-next.jar");
            Wait.until("the next version serves", () -> server.log().contains("Pastures are served: version=0.2.0"));
            Wait.until("the pasture is active", Duration.ofMinutes(2), () -> state(id)
                    .equals("active"));

            // and when it is removed, its clusters say so, and recover when it comes back
            Files.delete(deployed());
            Wait.until("the pasture misses its driver", () -> message(id).contains("Driver pasture is away"));
            deploy("pasture-0.1.0-SNAPSHOT.jar");
            Wait.until("the pasture is active again", Duration.ofMinutes(2), () -> state(id)
                    .equals("active"));

            // and not one stream has dropped
            kubectl("create", "configmap", "still-watched");
            watch.awaitOutput("configmap/still-watched");
            assertThat(shell.isRunning()).isTrue();
            long whole = GIGABYTE + "\nall of it\n".length();
            Wait.until("all of it has come", Duration.ofMinutes(3), () -> !bulk.isRunning() || size(bulk) == whole);
            assertThat(bulk.size()).as(bulk.lastOutput()).isEqualTo(whole);
            kubectl("exec", "web", "--", "touch", "/tmp/read");
            assertThat(bulk.awaitEnd(Duration.ofMinutes(3)))
                    .as(bulk.lastOutput())
                    .isZero();
        }
    }

    private static long size(Running program) {
        try {
            return program.size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String createPasture() {
        Http.Answer answer = server.admin()
                .post(
                        "/v3/clusters",
                        Map.of(
                                "type",
                                "cluster",
                                "name",
                                "meadow",
                                "pastureEngineConfig",
                                Map.of(
                                        "server",
                                        cluster.kubernetes().server().toString(),
                                        "caCertificate",
                                        read(cluster.kubernetes().authority()),
                                        "token",
                                        cluster.kubernetes().token())));
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        return answer.json().path("id").asText();
    }

    private static String state(String id) {
        return server.admin().get("/v3/clusters/" + id).json().path("state").asText();
    }

    private static String message(String id) {
        return server.admin()
                .get("/v3/clusters/" + id)
                .json()
                .path("transitioningMessage")
                .asText();
    }

    /** Put there whole by a rename, as the server looks every second. */
    private static void deploy(String jar) throws IOException {
        Path source =
                Distribution.SOURCES.resolve("itests/vendor-driver/target").resolve(jar);
        Path whole = Files.copy(source, server.data().resolve("tmp/pasture.jar"), StandardCopyOption.REPLACE_EXISTING);
        Files.move(whole, deployed(), StandardCopyOption.REPLACE_EXISTING);
    }

    private static Path deployed() {
        return server.data().resolve("deploy/pasture.jar");
    }

    private static void kubectl(String... arguments) {
        Processes.Result result = cluster.kubectl(Parts.kubectl(), kubeconfig, arguments);
        assertThat(result.exitCode()).as(result.output()).isZero();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
