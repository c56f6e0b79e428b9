package io.drover.benchmarks;

import io.drover.benchmarks.Processes.Running;
import io.drover.benchmarks.tunnel.TunnelAgent;
import io.drover.benchmarks.tunnel.TunnelServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Drover's tunnel alone: the gateway's classes in one JVM, wire's client in another, each with the options it has in production. */
final class OwnTunnel {

    /** Clusters that may have an idle session, besides the one that works. */
    static final int IDLE_SESSIONS = 200;

    private final Path root;
    private final Path folder;
    private final int agents;
    private final Running server;
    private final Contender contender;

    private OwnTunnel(Path root, Path folder, int agents, int port, Running server)
            throws IOException, InterruptedException {
        this.root = root;
        this.folder = folder;
        this.agents = agents;
        this.server = server;
        this.contender = new Contender("Drover", port, List.of(server, agent("agent", 0, 1)));
    }

    static OwnTunnel start(Path root, Path folder, int backend) throws IOException, InterruptedException {
        int agents = Processes.freePort();
        int port = Processes.freePort();
        Running server = Jvm.start(
                        Jvm.serverOptions(root),
                        TunnelServer.class,
                        List.of(
                                "" + agents,
                                folder.resolve("authority.pem").toString(),
                                "" + (1 + IDLE_SESSIONS),
                                "" + port,
                                "127.0.0.1:" + backend),
                        folder.resolve("server.log"))
                .awaitLine("listening");
        return new OwnTunnel(root, folder, agents, port, server);
    }

    Contender contender() {
        return contender;
    }

    Running server() {
        return server;
    }

    /** One more process with a session for each of the other clusters; it ends when closed. */
    Running idleSessions() throws IOException, InterruptedException {
        return agent("idle", 1, IDLE_SESSIONS);
    }

    private Running agent(String name, int first, int count) throws IOException, InterruptedException {
        return Jvm.start(
                        Jvm.agentOptions(root),
                        TunnelAgent.class,
                        List.of("" + agents, folder.resolve("authority.pem").toString(), "" + first, "" + count),
                        folder.resolve(name + ".log"))
                .awaitLine("connected");
    }
}
