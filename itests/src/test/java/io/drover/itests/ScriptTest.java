package io.drover.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.itests.Processes.Result;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script's contract, on which users' own scripts rely. */
class ScriptTest {

    private static DroverServer server;

    @BeforeAll
    static void start() throws IOException {
        server = DroverServer.start("--listen", "127.0.0.1");
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    @Test
    void statusTellsWhereItRunsAndThatItIsReady() {
        assertThat(server.status().path("url").asText()).isEqualTo(server.url().toString());
        assertThat(server.status().path("ready").asBoolean()).isTrue();
        assertThat(server.status().path("data").asText())
                .isEqualTo(server.data().toString());
        assertThat(server.status().path("version").asText()).isNotEmpty();
    }

    @Test
    void aServerThatMissesAPartSaysWhichAndIsReadyAgainWithIt() {
        assertThat(server.console("bundle:stop io.drover.plugin.driver-imported")
                        .exitCode())
                .isZero();

        assertThat(server.status().path("ready").asBoolean()).isFalse();
        assertThat(server.status().path("reason").asText()).isEqualTo("waiting for the driver of imported clusters");

        assertThat(server.console("bundle:start io.drover.plugin.driver-imported")
                        .exitCode())
                .isZero();
        assertThat(server.status().path("ready").asBoolean()).isTrue();
    }

    @Test
    void aPortInUseIsSaidInOneLineBeforeAnythingStarts() throws IOException {
        try (DroverServer second = DroverServer.onPort(server.port())) {
            Result result = second.run();

            assertThat(result.exitCode()).isEqualTo(1);
            assertThat(result.output().strip())
                    .isEqualTo("drover: port " + server.port()
                            + " is in use by another program; choose another one with --port");
        }
    }

    @Test
    void withoutAnyOptionThePortIs8443(@TempDir Path data) throws IOException {
        try (ServerSocket taken = new ServerSocket()) {
            try {
                taken.bind(new InetSocketAddress("127.0.0.1", 8443));
            } catch (BindException e) {
                // somebody else has it, which does as well
            }
            Result result = Processes.run(
                    Duration.ofSeconds(60),
                    Map.of(),
                    List.of(Distribution.HOME.resolve("bin/drover").toString(), "run", "--data", data.toString()));

            assertThat(result.output().strip())
                    .isEqualTo("drover: port 8443 is in use by another program; choose another one with --port");
            assertThat(result.exitCode()).isEqualTo(1);
        }
    }

    @Test
    void aSecondServerOnTheSameDataIsRefused() {
        Result result = server.run();

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.output()).contains("already runs from " + server.data());
    }

    @Test
    void aCommandOfTheConsoleAnswersOnStandardOutputWithItsExitCode() {
        Result known = server.console("bundle:list");
        Result unknown = server.console("no-such-command");

        assertThat(known.exitCode()).isZero();
        assertThat(known.output()).contains("Drover :: gateway");
        assertThat(unknown.exitCode()).isNotZero();
        assertThat(unknown.output()).contains("no-such-command");
    }

    @Test
    void nothingInTheDataFolderCanBeReadByOthers() throws IOException {
        try (Stream<Path> children = Files.list(server.data())) {
            assertThat(children.map(ScriptTest::permissions)).allMatch(permissions -> permissions.endsWith("------"));
        }
        assertThat(permissions(server.data())).isEqualTo("rwx------");
        assertThat(permissions(server.data().resolve("etc/console.key"))).isEqualTo("rw-------");
    }

    @Test
    void thePasswordIsInNoCommandLine() {
        assertThat(ProcessHandle.allProcesses().flatMap(process -> process.info().commandLine().stream()))
                .noneMatch(line -> line.contains(DroverServer.ADMIN_PASSWORD));
    }

    private static String permissions(Path file) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
