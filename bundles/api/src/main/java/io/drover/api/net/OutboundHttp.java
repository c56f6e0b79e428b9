package io.drover.api.net;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * An HTTP client for addresses in which others have a say, such as those that an identity provider tells of itself.
 *
 * <p>It looks at the address behind a name before it connects (what was looked up stays in the JVM's cache, so the connection goes
 * there): public ones only, unless the host is one of those that an administrator wrote down himself. It follows no redirect, verifies
 * certificates and their names, and an answer has a largest size and a longest time, whatever the other side does.
 *
 * <p>Immutable, for any thread; calls block.
 */
public final class OutboundHttp {

    private final HttpClient client;
    private final Set<String> trustedHosts;
    private final Duration longest;
    private final int largest;

    /**
     * @param authorities PEM of the only certificates to trust; blank = those of the JVM
     * @param trustedHosts names that may lead to private and loopback addresses
     * @param longest for a whole exchange
     * @param largest bytes of an answer's body
     * @throws DroverException {@code REJECTED} if {@code authorities} can't be read
     */
    public OutboundHttp(String authorities, Set<String> trustedHosts, Duration longest, int largest) {
        this.client = HttpClient.newBuilder()
                .sslContext(trusting(authorities))
                .connectTimeout(longest)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
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
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .timeout(longest)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        headers.forEach(request::header);
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(request.build(), head -> new Limited(largest));
        try {
            HttpResponse<byte[]> response = answer.get(longest.toMillis(), TimeUnit.MILLISECONDS);
            return new Answer(response.statusCode(), response.headers().map(), response.body());
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new DroverException(Fault.UNAVAILABLE, "Interrupted while asking " + address.getHost(), e);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new DroverException(
                    Fault.UNAVAILABLE,
                    address.getHost() + " did not answer within " + longest.toSeconds() + " seconds",
                    e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            String why = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
            throw new DroverException(
                    Fault.UNAVAILABLE, address.getHost() + " does not answer as it should: " + why, cause);
        }
    }

    private void check(URI address) {
        String scheme = address.getScheme() == null ? "" : address.getScheme().toLowerCase(Locale.ROOT);
        String host = address.getHost();
        if (host == null
                || address.getRawUserInfo() != null
                || !Set.of("http", "https").contains(scheme)) {
            throw DroverException.denied("Not an address to ask over HTTP: " + shown(address));
        }
        boolean trusted = trustedHosts.contains(canonical(host));
        if (!trusted && scheme.equals("http")) {
            throw DroverException.denied("Refused to ask " + host + " without TLS");
        }
        try {
            for (InetAddress each : InetAddress.getAllByName(host)) {
                if (isNeverAsked(each) || !trusted && isPrivate(each)) {
                    throw DroverException.denied(
                            "Refused to ask " + host + ": its address " + each.getHostAddress() + " is not public");
                }
            }
        } catch (UnknownHostException e) {
            throw new DroverException(Fault.UNAVAILABLE, "There is no host " + host, e);
        }
    }

    /** Link-local addresses are where clouds tell a machine its own credentials. */
    private static boolean isNeverAsked(InetAddress address) {
        return address.isLinkLocalAddress()
                || address.isAnyLocalAddress()
                || address.isMulticastAddress()
                || address.getHostAddress().startsWith("fd00:ec2:");
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

    private static SSLContext trusting(String authorities) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            if (authorities == null || authorities.isBlank()) {
                context.init(null, null, null);
                return context;
            }
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int index = 0;
            for (Certificate certificate : CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(authorities.getBytes(StandardCharsets.UTF_8)))) {
                store.setCertificateEntry("authority-" + index++, certificate);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw DroverException.invalid("InvalidFormat", "certificate", "The certificate is no PEM that can be read");
        }
    }

    /** Collects a body, and breaks off once it is too large. */
    private static final class Limited implements BodySubscriber<byte[]> {

        private final int largest;
        private final ByteArrayOutputStream collected = new ByteArrayOutputStream();
        private final CompletableFuture<byte[]> body = new CompletableFuture<>();
        private Flow.Subscription subscription;

        Limited(int largest) {
            this.largest = largest;
        }

        @Override
        public CompletionStage<byte[]> getBody() {
            return body;
        }

        @Override
        public void onSubscribe(Flow.Subscription newSubscription) {
            subscription = newSubscription;
            subscription.request(1);
        }

        @Override
        public void onNext(List<ByteBuffer> parts) {
            for (ByteBuffer part : parts) {
                if (collected.size() + part.remaining() > largest) {
                    subscription.cancel();
                    body.completeExceptionally(new IOException("its answer is longer than " + largest + " bytes"));
                    return;
                }
                byte[] bytes = new byte[part.remaining()];
                part.get(bytes);
                collected.writeBytes(bytes);
            }
            subscription.request(1);
        }

        @Override
        public void onError(Throwable failure) {
            body.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            body.complete(collected.toByteArray());
        }
    }
}
