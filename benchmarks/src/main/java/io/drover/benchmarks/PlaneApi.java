package io.drover.benchmarks;

import io.drover.benchmarks.Load.Cpu;
import io.drover.benchmarks.Load.Target;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** A Kubernetes API that is measured, called with a token over TLS. */
record PlaneApi(String name, String url, String token, Cpu cpu, HttpClient http) {

    private static final int IN_FLIGHT = 64;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    static PlaneApi of(String name, String url, String token, Cpu cpu) {
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(trusting())
                .build();
        return new PlaneApi(name, url, token, cpu, http);
    }

    /** wrk, which makes most of the load, does not look at certificates either. */
    private static SSLContext trusting() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Trusting()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    Target target(String path, Path script) {
        return new Target(
                name, url + path, Map.of("Authorization", "Bearer " + token), cpu, Optional.ofNullable(script));
    }

    private HttpRequest request(String method, String path, String contentType, String body) {
        return HttpRequest.newBuilder(URI.create(url + path))
                .timeout(LIMIT)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", contentType)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    /** Makes an object; one that is there is as good. */
    void create(String path, String body) throws IOException, InterruptedException {
        HttpResponse<String> response =
                http.send(request("POST", path, "application/json", body), HttpResponse.BodyHandlers.ofString());
        check(response.statusCode(), response.body());
    }

    /** Makes {@code count} objects, many at a time. */
    void createAll(String path, int count, IntFunction<String> body) throws IOException, InterruptedException {
        Semaphore room = new Semaphore(IN_FLIGHT);
        AtomicReference<Throwable> failed = new AtomicReference<>();
        for (int i = 0; i < count && failed.get() == null; i++) {
            room.acquire();
            http.sendAsync(
                            request("POST", path, "application/json", body.apply(i)),
                            HttpResponse.BodyHandlers.ofString())
                    .thenAccept(response -> check(response.statusCode(), response.body()))
                    .whenComplete((v, failure) -> {
                        if (failure != null) {
                            failed.set(failure);
                        }
                        room.release();
                    });
        }
        room.acquire(IN_FLIGHT);
        if (failed.get() != null) {
            throw new IOException(name + " did not take an object", failed.get());
        }
    }

    private void check(int status, String body) {
        if (status != 409 && status >= 300) {
            throw new IllegalStateException(name + " answered " + status + ": " + body);
        }
    }

    private static final class Trusting extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
