package io.drover.apiserver.access;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.auth.Caller;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.store.Author;
import io.drover.apiserver.store.Store;
import io.drover.apiserver.store.Stored;
import io.drover.apiserver.store.Write;
import io.drover.apiserver.store.WriteFailure;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The key that signs service accounts' tokens. It is in the store, sealed like all that is there, and no path of the API leads to it. */
final class SigningKeys {

    private static final String KEY = "/drover/signing-keys/service-accounts";
    private static final int BITS = 2048;

    private final Store store;
    private volatile SigningKey known;

    record SigningKey(String id, PrivateKey secret, PublicKey open) {
        @Override
        public String toString() {
            return "SigningKey[" + id + "]";
        }
    }

    SigningKeys(Store store) {
        this.store = store;
    }

    /** Empty while no token was ever signed. */
    Optional<SigningKey> find() {
        if (known == null) {
            known = store.now().get(KEY).map(SigningKeys::read).orElse(null);
        }
        return Optional.ofNullable(known);
    }

    /** Makes the key if there is none; may take a second then. */
    SigningKey get() {
        Optional<SigningKey> found = find();
        if (found.isPresent()) {
            return found.get();
        }
        try {
            store.write(Write.create(KEY, generate(), null, new Author(Caller.SYSTEM.userId(), "", "create")))
                    .get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            // Somebody else may have made it at the same time.
            if (!(e.getCause() instanceof WriteFailure failure) || failure.reason() != WriteFailure.Reason.STALE) {
                throw new IllegalStateException("the signing key could not be stored", e);
            }
        } catch (TimeoutException e) {
            throw new IllegalStateException("the signing key could not be stored", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
        return find().orElseThrow();
    }

    private static ObjectNode generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(BITS);
            KeyPair pair = generator.generateKeyPair();
            byte[] open = pair.getPublic().getEncoded();
            byte[] id = MessageDigest.getInstance("SHA-256").digest(open);
            ObjectNode key = Json.object();
            key.putObject("metadata").put("name", "service-accounts");
            return key.put("id", Base64.getUrlEncoder().withoutPadding().encodeToString(id))
                    .put(
                            "private",
                            Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded()))
                    .put("public", Base64.getEncoder().encodeToString(open));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("RSA belongs to every JDK", e);
        }
    }

    private static SigningKey read(Stored stored) {
        try {
            ObjectNode key = Json.read(stored.json());
            KeyFactory factory = KeyFactory.getInstance("RSA");
            return new SigningKey(
                    key.path("id").asText(),
                    factory.generatePrivate(new PKCS8EncodedKeySpec(decoded(key, "private"))),
                    factory.generatePublic(new X509EncodedKeySpec(decoded(key, "public"))));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the signing key can't be read", e);
        }
    }

    private static byte[] decoded(ObjectNode key, String field) {
        return Base64.getDecoder().decode(key.path(field).asText());
    }
}
