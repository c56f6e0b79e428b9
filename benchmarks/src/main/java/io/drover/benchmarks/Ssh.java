package io.drover.benchmarks;

import io.drover.benchmarks.Processes.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;

/** {@code ssh -R} between an sshd and a client of our own on this machine: one SSH connection for all. */
final class Ssh {

    private Ssh() {}

    static Contender tunnel(Path folder, int backend) throws IOException, InterruptedException {
        Path hostKey = key(folder, "host");
        Path userKey = key(folder, "user");
        Path authorized = folder.resolve("authorized_keys");
        Files.copy(folder.resolve("user.pub"), authorized);
        Files.setPosixFilePermissions(authorized, PosixFilePermissions.fromString("rw-------"));
        Files.createDirectories(Path.of("/run/sshd"));
        int sshPort = Processes.freePort();
        int port = Processes.freePort();
        Path configuration = folder.resolve("sshd_config");
        Files.writeString(
                configuration,
                """
                ListenAddress 127.0.0.1
                Port %d
                HostKey %s
                AuthorizedKeysFile %s
                PidFile none
                PermitRootLogin prohibit-password
                PasswordAuthentication no
                StrictModes no
                UsePAM no
                """
                        .formatted(sshPort, hostKey, authorized));
        Running server = Processes.start(
                        List.of("/usr/sbin/sshd", "-D", "-e", "-f", configuration.toString()),
                        folder.resolve("sshd.log"))
                .awaitPort(sshPort);
        Running client = Processes.start(
                        List.of(
                                "ssh",
                                "-N",
                                "-p",
                                "" + sshPort,
                                "-i",
                                userKey.toString(),
                                "-o",
                                "StrictHostKeyChecking=no",
                                "-o",
                                "UserKnownHostsFile=/dev/null",
                                "-o",
                                "ExitOnForwardFailure=yes",
                                "-R",
                                "127.0.0.1:" + port + ":127.0.0.1:" + backend,
                                "127.0.0.1"),
                        folder.resolve("ssh.log"))
                .awaitPort(port);
        return new Contender("ssh -R", port, List.of(server, client));
    }

    private static Path key(Path folder, String name) throws IOException, InterruptedException {
        Path key = folder.resolve(name);
        Processes.output(
                List.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString()), Duration.ofSeconds(30));
        return key;
    }
}
