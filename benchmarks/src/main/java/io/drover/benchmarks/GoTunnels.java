package io.drover.benchmarks;

import io.drover.benchmarks.Processes.Running;
import io.drover.testbed.Parts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Rancher's remotedialer and Kubernetes' konnectivity, both with TLS between their ends. */
final class GoTunnels {

    private GoTunnels() {}

    static Contender remotedialer(Path root, Path folder, int backend) throws IOException, InterruptedException {
        Path programs = Parts.goPrograms(root.resolve("itests/go/remotedialer"), "./client", "./server");
        Certificate tls = Certificate.in(folder);
        int agents = Processes.freePort();
        int port = Processes.freePort();
        Running server = Processes.start(
                        List.of(
                                programs.resolve("server").toString(),
                                "-listen=127.0.0.1:" + agents,
                                "-cert=" + tls.certificate(),
                                "-key=" + tls.key(),
                                "-forward=127.0.0.1:" + port + "=agent/127.0.0.1:" + backend),
                        folder.resolve("server.log"))
                .awaitPort(port)
                .awaitPort(agents);
        Running client = Processes.start(
                        List.of(
                                programs.resolve("client").toString(),
                                "-url=wss://127.0.0.1:" + agents,
                                "-ca=" + tls.certificate(),
                                "-header=X-Tunnel-ID: agent"),
                        folder.resolve("client.log"))
                .awaitLine("connected");
        return new Contender("remotedialer", port, List.of(server, client));
    }

    static Contender konnectivity(Path root, Path folder, int backend) throws IOException, InterruptedException {
        Path programs = Parts.konnectivity();
        Path connect =
                Parts.goPrograms(root.resolve("benchmarks/go/connect"), ".").resolve("connect");
        Certificate tls = Certificate.in(folder);
        int agents = Processes.freePort();
        Path socket = folder.resolve("server.sock");
        Running server = Processes.start(
                        List.of(
                                programs.resolve("server").toString(),
                                "--mode=http-connect",
                                "--server-port=0",
                                "--uds-name=" + socket,
                                "--agent-port=" + agents,
                                "--agent-bind-address=127.0.0.1",
                                "--admin-port=" + Processes.freePort(),
                                "--health-port=" + Processes.freePort(),
                                "--cluster-cert=" + tls.certificate(),
                                "--cluster-key=" + tls.key(),
                                "--cluster-ca-cert=" + tls.certificate()),
                        folder.resolve("server.log"))
                .awaitPort(agents);
        int ready = Processes.freePort();
        Running agent = Processes.start(
                List.of(
                        programs.resolve("agent").toString(),
                        "--proxy-server-host=127.0.0.1",
                        "--proxy-server-port=" + agents,
                        "--admin-server-port=" + Processes.freePort(),
                        "--health-server-port=" + ready,
                        "--ca-cert=" + tls.certificate(),
                        "--agent-cert=" + tls.certificate(),
                        "--agent-key=" + tls.key()),
                folder.resolve("agent.log"));
        int port = Processes.freePort();
        Running forwarder = Processes.start(
                        List.of(
                                connect.toString(),
                                "-listen=127.0.0.1:" + port,
                                "-proxy=" + socket,
                                "-target=127.0.0.1:" + backend),
                        folder.resolve("connect.log"))
                .awaitPort(port);
        return new Contender("konnectivity", port, List.of(server, agent, forwarder));
    }
}
