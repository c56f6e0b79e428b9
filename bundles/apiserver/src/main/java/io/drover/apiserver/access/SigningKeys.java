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
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The keys that sign service accounts' tokens: the one in use, and retired ones for as long as tokens that they signed are good. They are
 * in the store, sealed like all that is there, and no path of the API leads to their secrets.
 */
final class SigningKeys {

    private static final String FOLDER = "/drover/signing-keys/";
    private static final String IN_USE = FOLDER + "service-accounts";
    private static final String RETIRED = FOLDER + "retired-";
    private static final Author AUTHOR = new Author(Caller.SYSTEM.userId(), "", "create");
    private static final int BITS = 2048;
    private static final int ATTEMPTS = 10;

    /** So seldom is it written how long a key's tokens live. */
    private static final Duration AHEAD = Duration.ofDays(1);

    private final Store store;
    private final Clock clock;
    private volatile List<SigningKey> known;

    /**
     * @param secret empty for a retired one
     * @param until second of the epoch when the last of its tokens has ended
     */
    record SigningKey(String id, Optional<PrivateKey> secret, RSAPublicKey open, long until) {
        @Override
        public String toString() {
            return "SigningKey[" + id + "]";
        }
    }

    SigningKeys(Store store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** Those that good tokens may have been signed with, the one in use first; empty while no token was ever signed. */
    List<SigningKey> all() {
        List<SigningKey> keys = known;
        if (keys == null) {
            keys = load();
            known = keys;
        }
        long now = now();
        return keys.stream()
                .filter(key -> key.secret().isPresent() || key.until() > now)
                .toList();
    }

    Optional<SigningKey> find(String id) {
        return all().stream().filter(key -> key.id().equals(id)).findFirst();
    }

    /** The key in use, for a token that ends then. Makes it if there is none; may take a second then. */
    SigningKey forTokenUntil(long end) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<Stored> stored = store.now().get(IN_USE);
            Optional<SigningKey> key =
                    all().stream().findFirst().filter(found -> found.secret().isPresent());
            if (key.isPresent() && key.get().until() >= end) {
                return key.get();
            }
            ObjectNode wanted = stored.isPresent() ? Json.read(stored.get().json()) : generate();
            write(IN_USE, stored, wanted.put("until", end + AHEAD.toSeconds()));
        }
        throw new IllegalStateException("the signing key could not be stored");
    }

    /** Signs with a new key from now on. */
    void rotate() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<Stored> old = store.now().get(IN_USE);
            if (old.isPresent()) {
                retire(Json.read(old.get().json()));
            }
            // Fails if a token was signed meanwhile that lives longer than what was retired.
            if (write(IN_USE, old, generate().put("until", 0))) {
                dropEnded();
                return;
            }
        }
        throw new IllegalStateException("the signing key could not be replaced");
    }

    private void retire(ObjectNode key) {
        key.remove("private");
        String name = RETIRED + key.path("id").asText();
        Json.child(key, "metadata").put("name", name.substring(FOLDER.length()));
        if (!write(name, store.now().get(name), key)) {
            throw new IllegalStateException("the signing key could not be retired");
        }
    }

    private void dropEnded() {
        List<Stored> retired = new ArrayList<>();
        store.now().below(RETIRED).forEachRemaining(retired::add);
        for (Stored stored : retired) {
            if (read(stored).until() <= now()) {
                written(Write.remove(stored, Json.read(stored.json()), AUTHOR));
            }
        }
    }

    private long now() {
        return clock.instant().getEpochSecond();
    }

    private List<SigningKey> load() {
        List<SigningKey> keys = new ArrayList<>();
        store.now().get(IN_USE).map(SigningKeys::read).ifPresent(keys::add);
        store.now().below(RETIRED).forEachRemaining(stored -> {
            SigningKey retired = read(stored);
            // One whose replacing was cut off is still in use.
            if (keys.stream().noneMatch(key -> key.id().equals(retired.id()))) {
                keys.add(retired);
            }
        });
        return List.copyOf(keys);
    }

    /** Returns {@code false} if somebody else was first. */
    private boolean write(String name, Optional<Stored> before, ObjectNode key) {
        return written(before.map(old -> Write.replace(old, key, AUTHOR))
                .orElseGet(() -> Write.create(name, key, null, AUTHOR)));
    }

    private boolean written(Write write) {
        try {
            store.write(write).get(30, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof WriteFailure failure && failure.reason() == WriteFailure.Reason.STALE) {
                return false;
            }
            throw new IllegalStateException("the signing key could not be stored", e);
        } catch (TimeoutException e) {
            throw new IllegalStateException("the signing key could not be stored", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } finally {
            known = null;
        }
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

    /** A key that does not say how long its tokens live is from before that was written: it is never done. */
    private static SigningKey read(Stored stored) {
        try {
            ObjectNode key = Json.read(stored.json());
            KeyFactory factory = KeyFactory.getInstance("RSA");
            return new SigningKey(
                    key.path("id").asText(),
                    key.has("private")
                            ? Optional.of(factory.generatePrivate(new PKCS8EncodedKeySpec(decoded(key, "private"))))
                            : Optional.empty(),
                    (RSAPublicKey) factory.generatePublic(new X509EncodedKeySpec(decoded(key, "public"))),
                    key.path("until").asLong(Long.MAX_VALUE));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the signing key can't be read", e);
        }
    }

    private static byte[] decoded(ObjectNode key, String field) {
        return Base64.getDecoder().decode(key.path(field).asText());
    }
}
