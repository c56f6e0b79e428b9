package io.drover.agent.cluster;

import io.drover.wire.Backoff;
import io.drover.wire.Limits;
import io.drover.wire.Session;
import io.drover.wire.SessionListener;
import io.drover.wire.StreamAcceptor;
import io.drover.wire.TunnelClient;
import io.drover.wire.TunnelConnectException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/** Keeps one tunnel to the server, for ever. */
public final class Agent {

    private static final System.Logger log = System.getLogger("agent");

    /** A tunnel that lived this long was a success. */
    private static final Duration LASTED = Duration.ofSeconds(30);

    /** A heap of 32 MiB carries a hundred stalled uploads. */
    private static final Limits LIMITS = new Limits(128 * 1024, 512 * 1024, 8 * 1024 * 1024, 4096);

    private static final Duration FAREWELL = Duration.ofSeconds(20);

    private final Settings settings;
    private final TunnelClient client;
    private final ServerTrust trust;
    private final Registration registration;
    private final StreamAcceptor dialler;
    private final Backoff backoff = new Backoff(new SecureRandom());
    private boolean connectedOnce;
    private String saidLast = "";
    private volatile Tunnel current;
    private volatile boolean stopping;

    private Agent(Settings settings) throws IOException {
        this.settings = settings;
        this.client = new TunnelClient("tunnel", LIMITS);
        this.trust = new ServerTrust(settings, client);
        this.registration = new Registration(settings, new KubernetesApi(settings));
        this.dialler = client.dialler(settings.allowed());
    }

    public static void main(String... arguments) throws IOException, InterruptedException {
        Settings settings;
        try {
            settings = Settings.read(System.getenv(), Path.of("/"));
        } catch (Settings.Wrong e) {
            log.log(System.Logger.Level.ERROR, "The agent cannot start: " + e.getMessage());
            System.exit(2);
            return;
        }
        var agent = new Agent(settings);
        Runtime.getRuntime().addShutdownHook(new Thread(agent::sayFarewell, "farewell"));
        log.log(
                System.Logger.Level.INFO,
                "Agent started server=" + settings.server() + " apiServer=" + settings.apiServer());
        agent.run();
    }

    /** A session, and the moment it is of no more use for new streams. */
    private static final class Tunnel implements SessionListener {

        final CompletableFuture<String> useless = new CompletableFuture<>();
        final CountDownLatch closed = new CountDownLatch(1);
        volatile Session session;

        @Override
        public void onGoAway(String reason) {
            useless.complete("the server asks to go elsewhere: " + reason);
        }

        @Override
        public void onClosed(IOException reason) {
            useless.complete(String.valueOf(reason.getMessage()));
            closed.countDown();
        }
    }

    private void run() throws InterruptedException {
        while (!stopping) {
            long began = System.nanoTime();
            try {
                Tunnel tunnel = connect();
                say("Connected", "server=" + settings.server());
                removeOldCredentials();
                String reason = tunnel.useless.get();
                if (stopping) {
                    return;
                }
                say("The tunnel is gone, connecting again", "reason=\"" + reason + "\"");
            } catch (IOException e) {
                say("No connection to the server, trying again", "reason=\"" + e.getMessage() + advice(e) + "\"");
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
            if (System.nanoTime() - began > LASTED.toNanos()) {
                backoff.reset();
            }
            TimeUnit.NANOSECONDS.sleep(backoff.next().toNanos());
        }
    }

    private Tunnel connect() throws IOException, InterruptedException {
        SSLContext tls = trust.establish();
        Map<String, String> headers = registration.headers();
        URI address = settings.server().resolve(connectedOnce ? "/v3/connect" : "/v3/connect/register");
        var tunnel = new Tunnel();
        tunnel.session =
                client.connect(new TunnelClient.Target(address, headers, tls, settings.proxies()), dialler, tunnel);
        connectedOnce = true;
        current = tunnel;
        return tunnel;
    }

    private void removeOldCredentials() {
        try {
            registration.removeOldCredentials();
        } catch (IOException e) {
            say("Secrets of earlier agents could not be removed", "reason=\"" + e.getMessage() + "\"");
        }
    }

    /** A reason that repeats itself is said once. */
    private void say(String sentence, String details) {
        String line = sentence + " " + details;
        if (!line.equals(saidLast)) {
            saidLast = line;
            log.log(System.Logger.Level.INFO, line);
        }
    }

    private static String advice(IOException e) {
        Throwable cause = e instanceof TunnelConnectException || e.getCause() == null ? e : e.getCause();
        if (!(cause instanceof TunnelConnectException failure)) {
            return "";
        }
        return switch (failure.stage()) {
            case RESOLVE -> " (does the cluster's DNS know it?)";
            case CONNECT -> " (is the server up, and does a firewall or a missing HTTPS_PROXY stand between?)";
            case PROXY -> " (HTTPS_PROXY and NO_PROXY say which proxy to use)";
            case TLS -> " (the certificate has to be signed by the authority of CATTLE_CA_CHECKSUM, for this name)";
            case REFUSED -> failure.status() == 401 || failure.getMessage().contains("cluster not found")
                    ? " (the registration token is not, or no longer, one of a cluster)"
                    : "";
            case HANDSHAKE -> "";
        };
    }

    /** On SIGTERM: no new streams, and some time for those that are open. */
    private void sayFarewell() {
        stopping = true;
        Tunnel tunnel = current;
        if (tunnel == null || !tunnel.session.isOpen()) {
            return;
        }
        tunnel.session.goAway("the agent is stopping");
        try {
            if (!tunnel.closed.await(FAREWELL.toSeconds(), TimeUnit.SECONDS)) {
                log.log(System.Logger.Level.INFO, "Stopping with open streams");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
