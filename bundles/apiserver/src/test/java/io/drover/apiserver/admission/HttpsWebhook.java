package io.drover.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A webhook on this machine, with a certificate of its own. */
final class HttpsWebhook implements AutoCloseable {

    private static final char[] PASSWORD = "changeit".toCharArray();

    private static final Map<Integer, KeyStore> KEYS = new ConcurrentHashMap<>();

    /** The requests of the reviews that came. */
    final List<JsonNode> requests = new CopyOnWriteArrayList<>();

    private final HttpsServer server;
    private final String certificate;

    /**
     * @param key which of a few keys it has
     * @param answer gives what a response holds beside its uid, with single quotes in the place of double ones
     */
    HttpsWebhook(int key, Function<JsonNode, String> answer) throws Exception {
        KeyStore keys = KEYS.computeIfAbsent(key, k -> newKey());
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(managers.getKeyManagers(), null, null);
        certificate = "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder()
                        .encodeToString(keys.getCertificate("k").getEncoded())
                + "\n-----END CERTIFICATE-----\n";
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", exchange -> {
            JsonNode request =
                    new ObjectMapper().readTree(exchange.getRequestBody()).path("request");
            requests.add(request);
            String response = ("{'apiVersion':'admission.k8s.io/v1','kind':'AdmissionReview','response':{'uid':'"
                            + request.path("uid").asText() + "'," + answer.apply(request) + "}}")
                    .replace('\'', '"');
            byte[] body = response.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("content-type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    private static KeyStore newKey() {
        try {
            Path folder = Files.createTempDirectory("webhook");
            Path file = folder.resolve("key.p12");
            Process keytool = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-keyalg",
                            "EC",
                            "-alias",
                            "k",
                            "-dname",
                            "CN=localhost",
                            "-ext",
                            "SAN=dns:localhost",
                            "-storetype",
                            "PKCS12",
                            "-keystore",
                            file.toString(),
                            "-storepass",
                            new String(PASSWORD))
                    .redirectErrorStream(true)
                    .start();
            if (!keytool.waitFor(60, TimeUnit.SECONDS)) {
                keytool.destroyForcibly();
                throw new IOException("keytool did not end");
            }
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream stream = Files.newInputStream(file)) {
                keys.load(stream, PASSWORD);
            }
            Files.delete(file);
            Files.delete(folder);
            return keys;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** {@code clientConfig} that leads here. */
    String clientConfig() {
        return "{'url':'https://localhost:" + server.getAddress().getPort() + "/admit','caBundle':'"
                + Base64.getEncoder().encodeToString(certificate.getBytes(StandardCharsets.US_ASCII)) + "'}";
    }

    static String patch(String operations) {
        return "'allowed':true,'patchType':'JSONPatch','patch':'"
                + Base64.getEncoder()
                        .encodeToString(operations.replace('\'', '"').getBytes(StandardCharsets.UTF_8))
                + "'";
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
