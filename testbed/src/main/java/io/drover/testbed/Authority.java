package io.drover.testbed;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPublicKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority of one cluster. */
final class Authority {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final X500Name name;
    private final KeyPair keys;
    private final X509Certificate certificate;

    private Authority(X500Name name, KeyPair keys, X509Certificate certificate) {
        this.name = name;
        this.keys = keys;
        this.certificate = certificate;
    }

    static Authority create(String commonName) {
        X500Name name = name(commonName, "");
        KeyPair keys = ellipticKeys();
        try {
            JcaX509v3CertificateBuilder builder = builder(name, name, keys);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            builder.addExtension(
                    Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.digitalSignature));
            return new Authority(name, keys, sign(builder, keys));
        } catch (CertIOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A certificate for servers at these addresses and names, and for clients. */
    Issued issue(String commonName, String group, KeyPair subjectKeys, List<String> hosts) {
        try {
            JcaX509v3CertificateBuilder builder = builder(name, name(commonName, group), subjectKeys);
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
            }));
            if (!hosts.isEmpty()) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(hosts.stream()
                                .map(host -> new GeneralName(
                                        host.matches("[0-9.]+") ? GeneralName.iPAddress : GeneralName.dNSName, host))
                                .toArray(GeneralName[]::new)));
            }
            return new Issued(subjectKeys, sign(builder, keys));
        } catch (CertIOException e) {
            throw new IllegalStateException(e);
        }
    }

    String certificatePem() {
        return Pem.text("CERTIFICATE", encoded(certificate));
    }

    /** Writes {@code NAME.crt} and, for its owner's eyes, {@code NAME.key}. */
    void writeTo(Path folder, String fileName) throws IOException {
        new Issued(keys, certificate).writeTo(folder, fileName);
    }

    static KeyPair ellipticKeys() {
        return keys("EC", 256);
    }

    /**
     * The administrators' key: RSA, since many clients written in Java read no other. Finding one takes seconds, so all
     * clusters of a cache share it; it opens none without a certificate by that cluster's authority.
     */
    static KeyPair administratorKeys() {
        Path folder = Cache.folder("keys", partial -> {
            KeyPair found = keys("RSA", 2048);
            PrivateFile.write(
                    partial.resolve("rsa.key"),
                    Pem.text("PRIVATE KEY", found.getPrivate().getEncoded()));
        });
        try {
            KeyFactory factory = KeyFactory.getInstance("RSA");
            RSAPrivateCrtKey key = (RSAPrivateCrtKey) Pem.rsaKey(folder.resolve("rsa.key"));
            return new KeyPair(
                    factory.generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent())), key);
        } catch (GeneralSecurityException | IOException e) {
            throw new TestbedException("Cannot use the key in " + folder + "; delete that folder", e);
        }
    }

    /** A key and the certificate for it. */
    record Issued(KeyPair keys, X509Certificate certificate) {

        /** Writes {@code NAME.crt} and, for its owner's eyes, {@code NAME.key} (PKCS #8). */
        void writeTo(Path folder, String name) throws IOException {
            Files.writeString(folder.resolve(name + ".crt"), certificatePem());
            PrivateFile.write(folder.resolve(name + ".key"), keyPem());
        }

        String certificatePem() {
            return Pem.text("CERTIFICATE", encoded(certificate));
        }

        String keyPem() {
            return Pem.text("PRIVATE KEY", keys.getPrivate().getEncoded());
        }
    }

    private static JcaX509v3CertificateBuilder builder(X500Name issuer, X500Name subject, KeyPair subjectKeys) {
        Instant now = Instant.now();
        return new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(120, RANDOM),
                Date.from(now.minus(Duration.ofHours(1))),
                Date.from(now.plus(Duration.ofDays(365))),
                subject,
                subjectKeys.getPublic());
    }

    private static X500Name name(String commonName, String group) {
        X500NameBuilder name = new X500NameBuilder();
        if (!group.isEmpty()) {
            name.addRDN(BCStyle.O, group);
        }
        return name.addRDN(BCStyle.CN, commonName).build();
    }

    private static X509Certificate sign(JcaX509v3CertificateBuilder builder, KeyPair signer) {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate())));
        } catch (OperatorCreationException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair keys(String algorithm, int size) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(size);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }
}
