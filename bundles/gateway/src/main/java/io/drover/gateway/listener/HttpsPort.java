package io.drover.gateway.listener;

import io.drover.api.plane.ManagementPlane;
import java.net.BindException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.eclipse.jetty.server.Handler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the port with a certificate of our own authority, keeps that certificate right, and waits for a port that is in use. */
public final class HttpsPort {

    private static final Logger log = LoggerFactory.getLogger(HttpsPort.class);
    private static final int CHECK_SECONDS = 10;
    private static final int RETRY_SECONDS = 5;

    /** @param hosts names and addresses for the certificate besides this machine's own */
    public record Address(String listen, int port, List<String> hosts) {

        /** How callers reach this server, if its configuration names a host. */
        Optional<String> url() {
            return hosts.stream()
                    .findFirst()
                    .map(host -> "https://" + bracketed(host) + (port == 443 ? "" : ":" + port));
        }

        private static String bracketed(String host) {
            return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
        }
    }

    private final ScheduledExecutorService timer;
    private final ServletBridge bridge;
    private final Supplier<Handler.Wrapper> door;
    private final Settings settings;
    private final ServingCertificate certificate;
    private final String caCertificates;

    private volatile Address address;
    private AutoCloseable serverUrl = () -> {};
    private Listener listener;
    private boolean stopped;
    private boolean saidInUse;

    public HttpsPort(
            Address address,
            ManagementPlane plane,
            ServletBridge bridge,
            ScheduledExecutorService timer,
            Supplier<Handler.Wrapper> door) {
        this.address = address;
        this.bridge = bridge;
        this.timer = timer;
        this.door = door;
        this.settings = new Settings(plane);
        var authority = CertificateAuthority.of(plane.client(), Clock.systemUTC());
        this.caCertificates = authority.pem();
        this.certificate = new ServingCertificate(authority, this::names, Clock.systemUTC());
    }

    @SuppressWarnings("FutureReturnValueIgnored") // ends with the timer
    public void start() {
        settings.publish(caCertificates);
        address.url().ifPresent(settings::suggestServerUrl);
        serverUrl = settings.onServerUrl(() -> timer.execute(this::refresh));
        timer.scheduleWithFixedDelay(this::refresh, CHECK_SECONDS, CHECK_SECONDS, TimeUnit.SECONDS);
        open();
    }

    /** Takes other names at once. Another address or port needs a restart, since open connections would break. */
    public void change(Address to) {
        Address before = address;
        if (!before.listen().equals(to.listen()) || before.port() != to.port()) {
            log.warn(
                    "A changed port or listen address counts after a restart: listen={} port={}",
                    to.listen(),
                    to.port());
        }
        address = new Address(before.listen(), before.port(), to.hosts());
        timer.execute(this::refresh);
    }

    public synchronized void stop() {
        stopped = true;
        try {
            serverUrl.close();
            if (listener != null) {
                listener.stop();
            }
        } catch (Exception e) {
            log.warn("The listener did not stop cleanly", e);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // ends with the timer
    private synchronized void open() {
        if (stopped) {
            return;
        }
        var next = new Listener(address.listen(), address.port(), certificate.tls(), door.get(), bridge);
        try {
            next.start();
            listener = next;
            log.info("Listening: listen={} port={}", address.listen(), next.port());
        } catch (BindException e) {
            if (!saidInUse) {
                saidInUse = true;
                log.error(
                        "The port is in use: listen={} port={}. Free it, or set another in etc/io.drover.gateway.cfg",
                        address.listen(),
                        address.port());
            }
            timer.schedule(this::open, RETRY_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) {
            log.error("The listener could not be started: listen={} port={}", address.listen(), address.port(), e);
        }
    }

    private void refresh() {
        try {
            certificate.refresh();
        } catch (Exception e) {
            log.error("The listener's certificate could not be renewed", e);
        }
    }

    private Set<String> names() {
        return Names.of(address.hosts(), settings.serverUrl());
    }
}
