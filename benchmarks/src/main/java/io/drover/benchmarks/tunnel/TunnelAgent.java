package io.drover.benchmarks.tunnel;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.drover.wire.Limits;
import io.drover.wire.ProxySettings;
import io.drover.wire.TunnelClient;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Agents of some clusters in one process, each with a session of its own. Arguments: the server's port, the file with the authority's
 * certificate, the first cluster, and how many.
 */
public final class TunnelAgent {

    private TunnelAgent() {}

    public static void main(String[] arguments) throws Exception {
        URI server = URI.create("wss://localhost:" + arguments[0] + "/v3/connect/register");
        Path authority = Path.of(arguments[1]);
        int first = Integer.parseInt(arguments[2]);
        int count = Integer.parseInt(arguments[3]);
        SSLContext tls = trusting(authority);
        var client = new TunnelClient("agents", Limits.DEFAULT);
        for (int cluster = first; cluster < first + count; cluster++) {
            var headers = Map.of(
                    "X-API-Tunnel-Token", TunnelServer.token(cluster), "X-API-Tunnel-Params", parameters(authority));
            client.connect(
                    new TunnelClient.Target(server, headers, tls, ProxySettings.NONE),
                    client.dialler(any -> true),
                    reason -> System.out.println("disconnected: " + reason.getMessage()));
        }
        System.out.println("connected");
        Thread.currentThread().join();
    }

    private static String parameters(Path authority) throws Exception {
        String json = "{\"cluster\":{\"address\":\"127.0.0.1:6443\",\"token\":\"none\",\"caCert\":\""
                + Base64.getEncoder().encodeToString(Files.readAllBytes(authority)) + "\"}}";
        return Base64.getEncoder().encodeToString(json.getBytes(UTF_8));
    }

    private static SSLContext trusting(Path authority) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (var pem = Files.newInputStream(authority)) {
            trusted.setCertificateEntry(
                    "authority", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
