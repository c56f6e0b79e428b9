package io.drover.controllers.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.model.Cluster;
import io.drover.api.plane.ManagementPlane;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Makes secrets among clusters' settings unreadable for the moments until they are moved into a Secret: what is stored of a Cluster is
 * kept in its history. The key is a Secret of the management plane.
 */
@Component(service = SecretSeal.class)
public final class SecretSeal {

    private static final String KEY_SECRET = "cluster-driver-settings-key";
    private static final String KEY = "key";
    private static final String PREFIX = "(sealed) ";
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final byte[] key;

    @Activate
    public SecretSeal(@Reference ManagementPlane plane) {
        this(keyIn(plane.client()));
    }

    SecretSeal(byte[] key) {
        this.key = key.clone();
    }

    static byte[] newKey() {
        byte[] key = new byte[KEY_BYTES];
        RANDOM.nextBytes(key);
        return key;
    }

    static boolean isSealed(String value) {
        return value.startsWith(PREFIX);
    }

    String seal(String value) {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        byte[] sealed = apply(Cipher.ENCRYPT_MODE, nonce, value.getBytes(UTF_8));
        byte[] whole = ByteBuffer.allocate(nonce.length + sealed.length)
                .put(nonce)
                .put(sealed)
                .array();
        return PREFIX + Base64.getEncoder().encodeToString(whole);
    }

    /** What was sealed; anything else as it is. */
    String open(String value) {
        if (!isSealed(value)) {
            return value;
        }
        try {
            ByteBuffer whole = ByteBuffer.wrap(Base64.getDecoder().decode(value.substring(PREFIX.length())));
            byte[] nonce = new byte[NONCE_BYTES];
            whole.get(nonce);
            byte[] sealed = new byte[whole.remaining()];
            whole.get(sealed);
            return new String(apply(Cipher.DECRYPT_MODE, nonce, sealed), UTF_8);
        } catch (RuntimeException e) {
            throw new DroverException(
                    Fault.REJECTED, "A secret of the cluster's settings can't be opened: write it again", e);
        }
    }

    private byte[] apply(int mode, byte[] nonce, byte[] bytes) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
            return cipher.doFinal(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] keyIn(KubernetesClient plane) {
        var secrets = plane.secrets().inNamespace(Cluster.CREDENTIALS_NAMESPACE);
        Secret found = secrets.withName(KEY_SECRET).get();
        if (found == null) {
            Secret made = new SecretBuilder()
                    .withNewMetadata()
                    .withNamespace(Cluster.CREDENTIALS_NAMESPACE)
                    .withName(KEY_SECRET)
                    .endMetadata()
                    .withType("Opaque")
                    .withData(Map.of(KEY, Base64.getEncoder().encodeToString(newKey())))
                    .build();
            try {
                found = secrets.resource(made).create();
            } catch (KubernetesClientException e) {
                found = secrets.withName(KEY_SECRET).require(); // another server was first
            }
        }
        return Base64.getDecoder().decode(found.getData().get(KEY));
    }
}
