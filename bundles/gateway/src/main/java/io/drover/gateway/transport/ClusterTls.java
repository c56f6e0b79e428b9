package io.drover.gateway.transport;

import java.io.ByteArrayInputStream;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** What TLS towards a cluster trusts. */
final class ClusterTls {

    private ClusterTls() {}

    /** @param caCert base64 of PEM; null or empty for the system's authorities */
    static SslContextFactory.Client trusting(String caCert) throws Exception {
        var tls = new SslContextFactory.Client();
        tls.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        tls.setEndpointIdentificationAlgorithm("HTTPS");
        if (caCert != null && !caCert.isEmpty()) {
            tls.setTrustStore(trustStore(caCert));
        }
        tls.start();
        return tls;
    }

    /** Trusts and shows what {@code context} does, and verifies the server's name. */
    static SslContextFactory.Client with(SSLContext context) throws Exception {
        var tls = new SslContextFactory.Client();
        tls.setSslContext(context);
        tls.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        tls.setEndpointIdentificationAlgorithm("HTTPS");
        tls.start();
        return tls;
    }

    private static KeyStore trustStore(String caCert) throws Exception {
        byte[] pem = Base64.getMimeDecoder().decode(caCert);
        Collection<? extends Certificate> certificates =
                CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem));
        if (certificates.isEmpty()) {
            throw new CertificateException("caCert holds no certificate");
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        int i = 0;
        for (Certificate certificate : certificates) {
            store.setCertificateEntry("ca" + i++, certificate);
        }
        return store;
    }
}
