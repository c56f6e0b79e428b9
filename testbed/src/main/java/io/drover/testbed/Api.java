package io.drover.testbed;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Looks at one cluster's API server, as its administrator. */
final class Api {

    private static final char[] NO_PASSWORD = {};

    private final URI server;
    private final HttpClient client;

    Api(URI server, SSLContext tls) {
        this.server = server;
        this.client = HttpClient.newBuilder()
                .sslContext(tls)
                .version(HttpClient.Version.HTTP_1_1)
                .proxy(HttpClient.Builder.NO_PROXY)
                .connectTimeout(Duration.ofSeconds(5))
                .build();
    }

    boolean has(String path) {
        return get(path).statusCode() == 200;
    }

    boolean isNodeReady(String name) {
        String node = get("/api/v1/nodes/" + name).body();
        return node.contains("\"type\":\"Ready\",\"status\":\"True\"")
                && !node.contains("node.kubernetes.io/not-ready");
    }

    boolean isReady() {
        try {
            return send("/readyz").statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private HttpResponse<String> get(String path) {
        try {
            return send(path);
        } catch (IOException e) {
            throw new TestbedException("The API server at " + server + " no longer answers", e);
        }
    }

    private HttpResponse<String> send(String path) throws IOException {
        try {
            return client.send(
                    HttpRequest.newBuilder(server.resolve(path))
                            .timeout(Duration.ofSeconds(10))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("Interrupted while asking the API server at " + server, e);
        }
    }

    /** TLS that trusts one authority only. */
    static SSLContext trusting(Path authority) {
        return tls(authority, null);
    }

    /** TLS that trusts one authority only, and shows a client's certificate with an RSA key. */
    static SSLContext tls(Path authority, Path certificate, Path key) {
        try {
            KeyStore own = emptyStore();
            own.setKeyEntry("client", Pem.rsaKey(key), NO_PASSWORD, new Certificate[] {Pem.certificate(certificate)});
            KeyManagerFactory identity = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            identity.init(own, NO_PASSWORD);
            return tls(authority, identity.getKeyManagers());
        } catch (GeneralSecurityException | IOException e) {
            throw new TestbedException("Cannot use the certificate " + certificate, e);
        }
    }

    private static SSLContext tls(Path authority, KeyManager[] identity) {
        try {
            KeyStore trusted = emptyStore();
            trusted.setCertificateEntry("authority", Pem.certificate(authority));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(identity, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new TestbedException("Cannot use the certificate " + authority, e);
        }
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }
}
