package io.drover.plugin.auth.local;

import io.drover.api.DroverException;
import io.drover.api.ServerPart;
import io.drover.api.auth.IdentityProvider;
import io.drover.api.auth.LoginNames;
import io.drover.api.auth.PasswordHasher;
import io.drover.api.auth.Principal;
import io.drover.api.model.User;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Objects;
import io.drover.api.plane.Resource;
import io.drover.api.plane.Watched;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Users whose password Drover keeps. */
@ServerPart("sign-in by password")
@Component
public final class LocalProvider implements IdentityProvider {

    private static final Logger log = LoggerFactory.getLogger(LocalProvider.class);
    private static final String NAME = "local";
    private static final int LONGEST_PASSWORD = 512;

    /** A hash of the method of each kind that no password is checked against for its answer, only for its work. */
    private static final String NOBODYS_BCRYPT = "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy";

    private final Objects<User> users;
    private final Watched<User> watchedUsers;
    private final PasswordHasher hasher;
    private final String nobodysArgon2;

    @Activate
    public LocalProvider(@Reference ManagementPlane plane) {
        this(plane, new PasswordHashes());
    }

    LocalProvider(ManagementPlane plane, PasswordHasher hasher) {
        this.users = plane.objects(User.class);
        this.watchedUsers = plane.watched(User.class);
        this.hasher = hasher;
        this.nobodysArgon2 = hasher.hash("nobody");
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String type() {
        return "localProvider";
    }

    @Override
    public Optional<SignedIn> signIn(Map<String, String> credentials) {
        String username = LoginNames.normal(credentials.getOrDefault("username", ""));
        String password = credentials.getOrDefault("password", "");
        Collection<Resource<User>> all = watchedUsers.list();
        Optional<Resource<User>> user = username.isEmpty()
                ? Optional.empty()
                : all.stream()
                        .filter(candidate -> username.equals(candidate.value().username()))
                        .filter(candidate -> !candidate.isBeingDeleted())
                        .findFirst();
        String hash = user.map(found -> found.value().password()).orElse("");
        if (!matches(hash == null ? "" : hash, password, all) || user.isEmpty()) {
            return Optional.empty();
        }
        if (!user.get().value().mayAct()) {
            throw DroverException.denied("This user is disabled");
        }
        if (!Argon2.isOne(hash)) {
            renew(user.get(), password);
        }
        return Optional.of(new SignedIn(principal(user.get()), List.of()));
    }

    /**
     * Every attempt does the same work, whatever is wrong with it: one Argon2id, and one bcrypt as long as any user has such a hash. What
     * the real hash does not need is done on a hash of nobody's.
     */
    private boolean matches(String hash, String password, Collection<Resource<User>> all) {
        String tried = password.length() <= LONGEST_PASSWORD ? password : password.substring(0, LONGEST_PASSWORD);
        boolean argon2 = hasher.matches(Argon2.isOne(hash) ? hash : nobodysArgon2, tried);
        boolean matches = argon2 && Argon2.isOne(hash);
        if (all.stream().anyMatch(LocalProvider::hasBcrypt)) {
            boolean bcrypt = hasher.matches(Bcrypt.isOne(hash) ? hash : NOBODYS_BCRYPT, tried);
            matches |= bcrypt && Bcrypt.isOne(hash);
        }
        return matches && password.length() == tried.length() && !password.isEmpty();
    }

    private static boolean hasBcrypt(Resource<User> user) {
        return user.value().password() != null && Bcrypt.isOne(user.value().password());
    }

    private void renew(Resource<User> user, String password) {
        String old = user.value().password();
        String renewed = hasher.hash(password);
        try {
            users.edit(
                    user.name(),
                    resource -> old.equals(resource.value().password())
                            ? resource.with(value -> withPassword(value, renewed))
                            : resource);
            log.info("Password hash renewed: user={}", user.name());
        } catch (DroverException e) {
            log.warn("Password hash can't be renewed now: user={} reason={}", user.name(), e.getMessage());
        }
    }

    private static Principal principal(Resource<User> user) {
        User value = user.value();
        String displayName =
                value.displayName() == null || value.displayName().isEmpty() ? value.username() : value.displayName();
        return new Principal("local://" + user.name(), false, displayName, value.username(), NAME);
    }

    private static User withPassword(User user, String hash) {
        return new User(
                user.displayName(),
                user.description(),
                user.username(),
                hash,
                user.mustChangePassword(),
                user.enabled(),
                user.principalIds(),
                user.me(),
                user.status());
    }
}
