package io.drover.plugin.auth.ldap;

import io.drover.api.DroverException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Trusts a directory's certificate if a known authority issued it and it names the server; the LDAP library asks for the first only. */
final class ServerCertificates implements X509TrustManager {

    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    private final X509TrustManager authorities;
    private final String host;

    private ServerCertificates(X509TrustManager authorities, String host) {
        this.authorities = authorities;
        this.host = host;
    }

    /** @param pem blank = the JVM's authorities */
    static ServerCertificates of(String host, String pem) {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(pem == null || pem.isBlank() ? null : store(pem));
            return Stream.of(factory.getTrustManagers())
                    .filter(X509TrustManager.class::isInstance)
                    .map(manager -> new ServerCertificates((X509TrustManager) manager, host))
                    .findFirst()
                    .orElseThrow();
        } catch (GeneralSecurityException | IOException e) {
            throw DroverException.invalid("InvalidFormat", "certificate", "The certificate is no PEM that can be read");
        }
    }

    private static KeyStore store(String pem) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int index = 0;
        for (Certificate certificate : CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)))) {
            store.setCertificateEntry("authority-" + index++, certificate);
        }
        return store;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        authorities.checkServerTrusted(chain, authType);
        if (!names(chain[0])) {
            throw new CertificateException("The certificate is not one for " + host);
        }
    }

    private boolean names(X509Certificate certificate) throws CertificateParsingException {
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        return names != null && names.stream().anyMatch(this::isHost);
    }

    private boolean isHost(List<?> name) {
        String value = String.valueOf(name.get(1)).toLowerCase(Locale.ROOT);
        String wanted = host.toLowerCase(Locale.ROOT);
        if (name.get(0).equals(IP_ADDRESS)) {
            return isAddress(wanted) && sameAddress(value, wanted);
        }
        if (!name.get(0).equals(DNS_NAME) || isAddress(wanted)) {
            return false;
        }
        int dot = wanted.indexOf('.');
        return value.equals(wanted)
                || value.startsWith("*.") && dot > 0 && value.substring(1).equals(wanted.substring(dot));
    }

    private static boolean isAddress(String text) {
        return text.contains(":") || text.matches("[0-9.]+");
    }

    private static boolean sameAddress(String one, String other) {
        try {
            // Both are addresses, so nothing is looked up.
            return InetAddress.getByName(one).equals(InetAddress.getByName(other));
        } catch (UnknownHostException e) {
            return false;
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("A directory is no client");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authorities.getAcceptedIssuers();
    }
}
