package io.drover.agent.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.drover.wire.TunnelClient;
import io.drover.wire.TunnelConnectException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/** Whom to believe that it is the server: the authority whose checksum came with the Deployment. */
final class ServerTrust {

    private final Settings settings;
    private final TunnelClient client;

    ServerTrust(Settings settings, TunnelClient client) {
        this.settings = settings;
        this.client = client;
    }

    /**
     * Asks the server for its authority, without trusting it yet, and holds the answer against the checksum.
     *
     * @throws IOException with the reason in words
     */
    SSLContext establish() throws IOException {
        try {
            SSLContext anybody = context(new Anybody());
            String pong = fetch("/ping", anybody);
            if (!pong.strip().equals("pong")) {
                throw new IOException(
                        "what answers at " + settings.server() + " is not the server: its /ping says no pong");
            }
            if (settings.caChecksum().isEmpty()) {
                return SSLContext.getDefault();
            }
            String authority = authority(fetch("/v3/settings/cacerts", anybody));
            String checksum = checksum(authority);
            if (!checksum.equals(settings.caChecksum().get())) {
                throw new IOException("the server's certificate authority is not the expected one: its checksum is "
                        + checksum + ", CATTLE_CA_CHECKSUM says "
                        + settings.caChecksum().get());
            }
            return trusting(authority, settings.alsoSystemStore());
        } catch (GeneralSecurityException e) {
            throw new IOException("the server's certificate authority cannot be used: " + e.getMessage(), e);
        }
    }

    /** Lower-case hex SHA-256 over the PEM text, which ends in one line feed. */
    static String checksum(String authority) throws GeneralSecurityException {
        String text = authority.endsWith("\n") ? authority : authority + "\n";
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    }

    /** A context that trusts the certificates of a PEM text. */
    static SSLContext trusting(String pem, boolean alsoSystemStore) throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        int count = 0;
        var factory = CertificateFactory.getInstance("X.509");
        for (Certificate certificate : factory.generateCertificates(new ByteArrayInputStream(pem.getBytes(UTF_8)))) {
            trusted.setCertificateEntry("given-" + count++, certificate);
        }
        if (count == 0) {
            throw new GeneralSecurityException("it holds no certificate");
        }
        if (alsoSystemStore) {
            var system = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            system.init((KeyStore) null);
            for (TrustManager manager : system.getTrustManagers()) {
                for (X509Certificate issuer : ((X509TrustManager) manager).getAcceptedIssuers()) {
                    trusted.setCertificateEntry("system-" + count++, issuer);
                }
            }
        }
        var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        return context(managers.getTrustManagers());
    }

    private String fetch(String path, SSLContext tls) throws IOException {
        URI address = settings.server().resolve(path);
        TunnelClient.Fetched fetched;
        try {
            fetched = client.fetch(new TunnelClient.Target(address, Map.of(), tls, settings.proxies()));
        } catch (TunnelConnectException e) {
            throw new IOException(e.getMessage(), e);
        }
        if (fetched.status() != 200) {
            throw new IOException("the server answers " + address + " with " + fetched.status());
        }
        return fetched.body();
    }

    private static String authority(String answer) throws IOException {
        try {
            return Json.string(Json.parse(answer), "value")
                    .orElseThrow(() -> new IOException(
                            "the server has no certificate authority of its own, but CATTLE_CA_CHECKSUM expects one"));
        } catch (IllegalArgumentException e) {
            throw new IOException("the server's /v3/settings/cacerts is not JSON", e);
        }
    }

    private static SSLContext context(TrustManager... managers) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers, null);
        return context;
    }

    /** For the two questions whose answers are public, and of which one is held against a checksum. */
    private static final class Anybody extends X509ExtendedTrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
