package io.drover.gateway.listener;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Map;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Drover's own certificate authority, kept as a Secret in the management plane. */
public final class CertificateAuthority {

    static final String NAMESPACE = "cattle-system";
    static final String SECRET = "tls-rancher";

    private static final Duration CA_LIFE = Duration.ofDays(3650);
    private static final Duration SERVING_LIFE = Duration.ofDays(365);
    private static final Duration CLOCK_SKEW = Duration.ofHours(1);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final X509Certificate certificate;
    private final PrivateKey key;
    private final Clock clock;

    private CertificateAuthority(X509Certificate certificate, PrivateKey key, Clock clock) {
        this.certificate = certificate;
        this.key = key;
        this.clock = clock;
    }

    /** Reads the authority from the management plane; makes it there if this is the first start. */
    public static CertificateAuthority of(KubernetesClient plane, Clock clock) {
        var secrets = plane.secrets().inNamespace(NAMESPACE);
        Secret secret = secrets.withName(SECRET).get();
        if (secret == null) {
            CertificateAuthority made = create(clock);
            try {
                secrets.resource(made.toSecret()).create();
                return made;
            } catch (KubernetesClientException e) {
                if (e.getCode() != 409) {
                    throw e;
                }
                secret = secrets.withName(SECRET).require(); // another replica was first
            }
        }
        return read(secret, clock);
    }

    /** A new authority, kept nowhere. */
    public static CertificateAuthority create(Clock clock) {
        try {
            KeyPair pair = newKeyPair();
            var name = new X500Principal(
                    "O=drover, CN=drover-ca@" + clock.instant().getEpochSecond());
            var builder = builder(name, name, pair, clock.instant(), CA_LIFE)
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
                    .addExtension(
                            Extension.subjectKeyIdentifier,
                            false,
                            new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
            return new CertificateAuthority(sign(builder, pair.getPrivate()), pair.getPrivate(), clock);
        } catch (GeneralSecurityException | CertIOException | OperatorCreationException e) {
            throw new DroverException(Fault.INTERNAL, "The certificate authority could not be made", e);
        }
    }

    /** The authority's certificate as clients get it. */
    public String pem() {
        try {
            return pem("CERTIFICATE", certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new DroverException(Fault.INTERNAL, "The authority's certificate can't be written", e);
        }
    }

    /** A key store with a fresh key and certificate for these DNS names and IP addresses. */
    public Issued issue(Set<String> names, char[] password) {
        try {
            KeyPair pair = newKeyPair();
            GeneralName[] alternatives = names.stream()
                    .map(name ->
                            new GeneralName(Names.isAddress(name) ? GeneralName.iPAddress : GeneralName.dNSName, name))
                    .toArray(GeneralName[]::new);
            var subject = new X500Principal("O=drover, CN=drover");
            var utilities = new JcaX509ExtensionUtils();
            var builder = builder(certificate.getSubjectX500Principal(), subject, pair, clock.instant(), SERVING_LIFE)
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                    .addExtension(
                            Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
                    .addExtension(
                            Extension.authorityKeyIdentifier,
                            false,
                            utilities.createAuthorityKeyIdentifier(certificate))
                    .addExtension(Extension.subjectAlternativeName, false, new GeneralNames(alternatives));
            X509Certificate issued = sign(builder, key);
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("drover", pair.getPrivate(), password, new Certificate[] {issued, certificate});
            return new Issued(store, issued.getNotAfter().toInstant());
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new DroverException(Fault.INTERNAL, "The listener's certificate could not be made", e);
        }
    }

    /** @param until when it expires */
    public record Issued(KeyStore keyStore, Instant until) {}

    private static CertificateAuthority read(Secret secret, Clock clock) {
        try {
            byte[] pem = Base64.getDecoder().decode(secret.getData().get("tls.crt"));
            var certificate = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem));
            String keyPem =
                    new String(Base64.getDecoder().decode(secret.getData().get("tls.key")), UTF_8);
            byte[] der = Base64.getMimeDecoder().decode(keyPem.replaceAll("-----[A-Z ]+-----", ""));
            PrivateKey key = KeyFactory.getInstance(certificate.getPublicKey().getAlgorithm())
                    .generatePrivate(new PKCS8EncodedKeySpec(der));
            return new CertificateAuthority(certificate, key, clock);
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new DroverException(
                    Fault.INTERNAL,
                    "Secret " + NAMESPACE + "/" + SECRET
                            + " does not hold a certificate (tls.crt) and a PKCS#8 key (tls.key)",
                    e);
        }
    }

    private Secret toSecret() {
        return new SecretBuilder()
                .withNewMetadata()
                .withNamespace(NAMESPACE)
                .withName(SECRET)
                .endMetadata()
                .withType("kubernetes.io/tls")
                .withData(Map.of("tls.crt", base64(pem()), "tls.key", base64(pem("PRIVATE KEY", key.getEncoded()))))
                .build();
    }

    private static KeyPair newKeyPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
        return generator.generateKeyPair();
    }

    private static X509v3CertificateBuilder builder(
            X500Principal issuer, X500Principal subject, KeyPair pair, Instant now, Duration life) {
        return new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(127, RANDOM),
                Date.from(now.minus(CLOCK_SKEW)),
                Date.from(now.plus(life)),
                subject,
                pair.getPublic());
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
            throws OperatorCreationException, GeneralSecurityException {
        var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(key);
        return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    }

    private static String pem(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END " + type + "-----\n";
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }
}
