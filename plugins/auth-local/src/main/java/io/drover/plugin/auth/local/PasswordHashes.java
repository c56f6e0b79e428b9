package io.drover.plugin.auth.local;

import io.drover.api.auth.PasswordHasher;
import org.osgi.service.component.annotations.Component;

/** Makes Argon2id hashes; reads those and bcrypt's. */
@Component
public final class PasswordHashes implements PasswordHasher {

    @Override
    public String hash(String password) {
        return Argon2.hash(password);
    }

    @Override
    public boolean matches(String hash, String password) {
        return Argon2.isOne(hash) ? Argon2.matches(hash, password) : Bcrypt.matches(hash, password);
    }
}
