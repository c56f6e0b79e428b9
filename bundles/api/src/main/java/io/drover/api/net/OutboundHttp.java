package io.drover.api.net;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.OutboundAddresses;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.CompletableResponseListener;
import org.eclipse.jetty.client.ContentResponse;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.SocketAddressResolver;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * An HTTP client for addresses in which others have a say, such as those that an identity provider tells of itself.
 *
 * <p>It looks up a name once, and connects to the addresses that it then has looked at, never to the name again: to public ones only,
 * unless the host is one of those that an administrator wrote down himself. It follows no redirect, verifies certificates and their
 * names, and an answer has a largest size and a longest time, whatever the other side does.
 *
 * <p>For any thread; calls block. Threads and connections are there from the first call until {@link #close}.
 */
public final class OutboundHttp implements AutoCloseable {

    private static final int MOST_THREADS = 8;
    private static final Duration KEPT_OPEN = Duration.ofSeconds(10);

    /** Where a name leads; as {@link OutboundAddresses#resolve}. */
    interface Lookup {
        List<InetAddress> addresses(String host, boolean loopbackAllowed) throws IOException;
    }

    private final Lookup lookup;
    private final SslContextFactory.Client tls;
    private final Set<String> trustedHosts;
    private final Duration longest;
    private final int largest;
    private HttpClient client;
    private boolean closed;

    /**
     * @param authorities PEM of the only certificates to trust; blank = those of the JVM
     * @param trustedHosts names that may lead to private and loopback addresses
     * @param longest for a whole exchange
     * @param largest bytes of an answer's body
     * @throws DroverException {@code REJECTED} if {@code authorities} can't be read
     */
    public OutboundHttp(String authorities, Set<String> trustedHosts, Duration longest, int largest) {
        this(authorities, trustedHosts, longest, largest, OutboundAddresses::resolve);
    }

    OutboundHttp(String authorities, Set<String> trustedHosts, Duration longest, int largest, Lookup lookup) {
        this.lookup = lookup;
        this.tls = trusting(authorities);
        this.trustedHosts = trustedHosts.stream().map(OutboundHttp::canonical).collect(Collectors.toUnmodifiableSet());
        this.longest = longest;
        this.largest = largest;
    }

    /**
     * What was answered.
     *
     * @param headers names in lower case
     */
    public record Answer(int status, Map<String, List<String>> headers, byte[] body) {

        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        /** The first value; empty if there is none. */
        public String header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of(""))
                    .get(0);
        }
    }

    /**
     * Sends a request and waits for the whole answer, whatever its status.
     *
     * @param body empty for none
     * @throws DroverException {@code DENIED} if the address is none to connect to, {@code UNAVAILABLE} if the other side does not answer
     *     as it should
     */
    public Answer send(String method, URI address, Map<String, String> headers, String body) {
        check(address);
        Request request = client().newRequest(address)
                .method(method)
                .timeout(longest.toMillis(), TimeUnit.MILLISECONDS)
                .headers(fields -> headers.forEach(fields::put));
        if (!body.isEmpty()) {
            request.body(new BytesRequestContent(body.getBytes(StandardCharsets.UTF_8)));
        }
        try {
            return answer(
                    new CompletableResponseListener(request, largest).send().get());
        } catch (InterruptedException e) {
            request.abort(e);
            Thread.currentThread().interrupt();
            throw new DroverException(Fault.UNAVAILABLE, "Interrupted while asking " + address.getHost(), e);
        } catch (ExecutionException e) {
            throw failure(address.getHost(), e.getCause());
        }
    }

    private static Answer answer(ContentResponse response) {
        Map<String, List<String>> headers = new TreeMap<>();
        for (HttpField field : response.getHeaders()) {
            headers.computeIfAbsent(field.getLowerCaseName(), name -> new ArrayList<>())
                    .add(field.getValue() == null ? "" : field.getValue());
        }
        return new Answer(response.getStatus(), headers, response.getContent());
    }

    private DroverException failure(String host, Throwable cause) {
        if (cause instanceof DroverException ours) {
            return ours;
        }
        if (cause instanceof TimeoutException) {
            return new DroverException(
                    Fault.UNAVAILABLE, host + " did not answer within " + longest.toSeconds() + " seconds", cause);
        }
        // That is how the listener says it.
        String why = cause instanceof IllegalArgumentException
                ? "its answer is longer than " + largest + " bytes"
                : cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return new DroverException(Fault.UNAVAILABLE, host + " does not answer as it should: " + why, cause);
    }

    private void check(URI address) {
        String scheme = address.getScheme() == null ? "" : address.getScheme().toLowerCase(Locale.ROOT);
        String host = address.getHost();
        if (host == null
                || address.getRawUserInfo() != null
                || !Set.of("http", "https").contains(scheme)) {
            throw DroverException.denied("Not an address to ask over HTTP: " + shown(address));
        }
        if (scheme.equals("http") && !trustedHosts.contains(canonical(host))) {
            throw DroverException.denied("Refused to ask " + host + " without TLS");
        }
    }

    /** The addresses behind a name to which a connection may be made. */
    private List<InetAddress> addresses(String host) {
        boolean trusted = trustedHosts.contains(canonical(host));
        try {
            List<InetAddress> addresses = lookup.addresses(host, trusted);
            for (InetAddress each : addresses) {
                if (!trusted && isPrivate(each)) {
                    throw DroverException.denied(
                            "Refused to ask " + host + ": its address " + each.getHostAddress() + " is not public");
                }
            }
            return addresses;
        } catch (IOException e) {
            throw e.getCause() instanceof UnknownHostException
                    ? new DroverException(Fault.UNAVAILABLE, "There is no host " + host, e)
                    : DroverException.denied("Refused to ask " + host + ": " + e.getMessage());
        }
    }

    private static boolean isPrivate(InetAddress address) {
        byte[] bytes = address.getAddress();
        int first = bytes[0] & 0xff;
        boolean sharedByCarriers = bytes.length == 4 && first == 100 && (bytes[1] & 0xc0) == 64;
        boolean reserved = bytes.length == 4 && (first == 0 || first >= 240);
        boolean uniqueLocal = bytes.length == 16 && (first & 0xfe) == 0xfc;
        boolean translated = bytes.length == 16 && first == 0 && (bytes[1] & 0xff) == 0x64;
        return address.isLoopbackAddress()
                || address.isSiteLocalAddress()
                || sharedByCarriers
                || reserved
                || uniqueLocal
                || translated;
    }

    private static String canonical(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    private static String shown(URI address) {
        String text = address.toString();
        return text.length() > 100 ? text.substring(0, 100) : text;
    }

    private synchronized HttpClient client() {
        if (closed) {
            throw DroverException.unavailable("This client is closed");
        }
        if (client == null) {
            client = started();
        }
        return client;
    }

    private HttpClient started() {
        QueuedThreadPool threads = new QueuedThreadPool(MOST_THREADS, 1);
        threads.setName("drover-outbound");
        threads.setDaemon(true);
        ClientConnector connector = new ClientConnector();
        connector.setSslContextFactory(tls);
        connector.setSelectors(1);
        HttpClient http = new HttpClient(new HttpClientTransportOverHTTP(connector));
        http.setExecutor(threads);
        http.setSocketAddressResolver(new Resolver(threads));
        http.setConnectTimeout(longest.toMillis());
        http.setIdleTimeout(KEPT_OPEN.toMillis());
        http.setFollowRedirects(false);
        http.setUserAgentField(null);
        http.setHttpCookieStore(new HttpCookieStore.Empty());
        try {
            http.start();
        } catch (Exception e) {
            throw new DroverException(Fault.INTERNAL, "No client for HTTP can be started", e);
        }
        http.getProtocolHandlers().clear();
        // What is packed may unpack to any length.
        http.getContentDecoderFactories().clear();
        return http;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (client != null) {
            try {
                client.stop();
            } catch (Exception e) {
                throw new DroverException(Fault.INTERNAL, "A client for HTTP can't be stopped", e);
            }
        }
    }

    private static SslContextFactory.Client trusting(String authorities) {
        SslContextFactory.Client tls = new SslContextFactory.Client();
        tls.setEndpointIdentificationAlgorithm("HTTPS");
        if (authorities == null || authorities.isBlank()) {
            return tls;
        }
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int index = 0;
            for (Certificate certificate : CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(authorities.getBytes(StandardCharsets.UTF_8)))) {
                store.setCertificateEntry("authority-" + index++, certificate);
            }
            if (index == 0) {
                throw new GeneralSecurityException("no certificate");
            }
            tls.setTrustStore(store);
            return tls;
        } catch (GeneralSecurityException | IOException e) {
            throw DroverException.invalid("InvalidFormat", "certificate", "The certificate is no PEM that can be read");
        }
    }

    /** Tells the client where to connect: to what was looked at, and to nothing else. */
    private final class Resolver implements SocketAddressResolver {

        private final QueuedThreadPool threads;

        Resolver(QueuedThreadPool threads) {
            this.threads = threads;
        }

        @Override
        public void resolve(
                String host, int port, Map<String, Object> context, Promise<List<InetSocketAddress>> promise) {
            threads.execute(() -> {
                try {
                    promise.succeeded(addresses(host).stream()
                            .map(address -> new InetSocketAddress(address, port))
                            .toList());
                } catch (RuntimeException e) {
                    promise.failed(e);
                }
            });
        }
    }
}
