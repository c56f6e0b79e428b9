package io.drover.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.OutboundAddresses;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.request.Refusal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.ContentResponse;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.SocketAddressResolver;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Asks webhooks, over TLS that is verified by the certificates each is configured with, at addresses that may be dialled. Calls block;
 * any thread.
 */
final class WebhookClient implements AutoCloseable {

    private static final int MOST_CLIENTS = 16;
    private static final int MOST_THREADS = 16;

    private final boolean loopbackAllowed;
    /** By the certificates that they trust; the one that was not used for longest goes first. */
    private final Map<String, HttpClient> clients = new LinkedHashMap<>(16, 0.75f, true);

    private QueuedThreadPool threads;

    WebhookClient(boolean loopbackAllowed) {
        this.loopbackAllowed = loopbackAllowed;
    }

    /**
     * Sends a review and gives back the response in it.
     *
     * @throws IOException with one sentence if there is no answer in time, or none that is one
     */
    JsonNode ask(Webhook webhook, ObjectNode request) throws IOException, InterruptedException {
        ObjectNode review = Json.object().put("kind", "AdmissionReview").put("apiVersion", "admission.k8s.io/v1");
        review.set("request", request);
        String url = webhook.url() + "?timeout=" + webhook.timeout().toSeconds() + "s";
        ContentResponse answer;
        try {
            answer = client(webhook.trust())
                    .POST(url)
                    .timeout(webhook.timeout().toMillis(), TimeUnit.MILLISECONDS)
                    .body(new BytesRequestContent("application/json", Json.bytes(review)))
                    .send();
        } catch (ExecutionException e) {
            throw new IOException("Post \"" + url + "\": " + rootMessage(e), e);
        } catch (TimeoutException e) {
            throw new IOException("Post \"" + url + "\": context deadline exceeded", e);
        }
        if (answer.getStatus() < 200 || answer.getStatus() > 299) {
            throw new IOException("the webhook answered with status " + answer.getStatus());
        }
        return response(answer.getContent(), request.path("uid").asText());
    }

    private static JsonNode response(byte[] content, String uid) throws IOException {
        JsonNode review;
        try {
            review = Json.parse(content, false);
        } catch (Refusal e) {
            throw new IOException("the webhook's answer can't be read: " + e.getMessage(), e);
        }
        if (!review.path("apiVersion").asText().equals("admission.k8s.io/v1")
                || !review.path("kind").asText().equals("AdmissionReview")) {
            throw new IOException("expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview");
        }
        JsonNode response = review.path("response");
        if (!response.path("uid").asText().equals(uid)) {
            throw new IOException("expected response.uid=\"" + uid + "\"");
        }
        return response;
    }

    private static String rootMessage(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    private synchronized HttpClient client(String trust) throws IOException {
        HttpClient present = clients.get(trust);
        if (present != null) {
            return present;
        }
        try {
            if (threads == null) {
                threads = new QueuedThreadPool(MOST_THREADS, 1);
                threads.setName("drover-webhooks");
                threads.setDaemon(true);
                threads.start();
            }
            HttpClient made = start(trust);
            clients.put(trust, made);
            if (clients.size() > MOST_CLIENTS) {
                String oldest = clients.keySet().iterator().next();
                clients.remove(oldest).stop();
            }
            return made;
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException("the webhook's caBundle can't be used: " + e.getMessage(), e);
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("webhooks can't be asked: " + e.getMessage(), e);
        }
    }

    private HttpClient start(String trust) throws Exception {
        SslContextFactory.Client tls = new SslContextFactory.Client();
        tls.setEndpointIdentificationAlgorithm("HTTPS");
        if (!trust.isEmpty()) {
            tls.setTrustStore(trusting(Base64.getDecoder().decode(trust)));
        }
        ClientConnector connector = new ClientConnector();
        connector.setSslContextFactory(tls);
        connector.setSelectors(1);
        HttpClient http = new HttpClient(new HttpClientTransportOverHTTP(connector));
        http.setExecutor(threads);
        http.setSocketAddressResolver(new Resolver());
        http.setFollowRedirects(false);
        http.setUserAgentField(null);
        http.setHttpCookieStore(new HttpCookieStore.Empty());
        http.start();
        http.getProtocolHandlers().clear();
        return http;
    }

    private static KeyStore trusting(byte[] pem) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int number = 0;
        for (Certificate certificate :
                CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem))) {
            store.setCertificateEntry("ca-" + number++, certificate);
        }
        return store;
    }

    private final class Resolver implements SocketAddressResolver {
        @Override
        public void resolve(
                String host, int port, Map<String, Object> context, Promise<List<InetSocketAddress>> promise) {
            threads.execute(() -> {
                try {
                    promise.succeeded(OutboundAddresses.resolve(host, loopbackAllowed).stream()
                            .map(address -> new InetSocketAddress(address, port))
                            .toList());
                } catch (IOException e) {
                    promise.failed(e);
                }
            });
        }
    }

    @Override
    public synchronized void close() {
        for (HttpClient client : clients.values()) {
            stop(client::stop);
        }
        clients.clear();
        if (threads != null) {
            stop(threads::stop);
        }
    }

    private interface Stop {
        void run() throws Exception;
    }

    private static void stop(Stop what) {
        try {
            what.run();
        } catch (Exception e) {
            // It is going away anyhow.
        }
    }
}
