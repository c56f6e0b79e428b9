package io.drover.auth;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.auth.IdentityProvider.SignedIn;
import io.drover.api.auth.Principal;
import io.drover.api.model.GlobalRole;
import io.drover.api.model.GlobalRoleBinding;
import io.drover.api.model.Token.TokenPrincipal;
import io.drover.api.model.User;
import io.drover.api.model.UserAttribute;
import io.drover.api.model.UserAttribute.Principals;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Objects;
import io.drover.api.plane.Resource;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.util.encoders.Base32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The users behind those who sign in: found by their principal, made at their first time, and told of their groups. */
final class Members {

    private static final Logger log = LoggerFactory.getLogger(Members.class);
    private static final int HASHED_NAME_LENGTH = 10;
    private static final int WHOLE_HASH_LENGTH = 52;
    private static final String LOCAL = "local://";

    private final Objects<User> users;
    private final Objects<UserAttribute> attributes;
    private final Objects<GlobalRole> globalRoles;
    private final Objects<GlobalRoleBinding> globalRoleBindings;
    private final Accounts accounts;
    private final Clock clock;

    Members(ManagementPlane plane, Accounts accounts, Clock clock) {
        this.users = plane.objects(User.class);
        this.attributes = plane.objects(UserAttribute.class);
        this.globalRoles = plane.objects(GlobalRole.class);
        this.globalRoleBindings = plane.objects(GlobalRoleBinding.class);
        this.accounts = accounts;
        this.clock = clock;
    }

    /** @throws DroverException {@code DENIED} if the user is disabled */
    Resource<User> member(SignedIn signedIn) {
        Principal principal = signedIn.user();
        Resource<User> user =
                accounts.userOf(principal.id()).flatMap(users::get).orElseGet(() -> firstTime(principal));
        if (!user.value().mayAct() || user.isBeingDeleted()) {
            throw DroverException.denied("This user is disabled");
        }
        remember(user.name(), signedIn);
        return user;
    }

    private Resource<User> firstTime(Principal principal) {
        Resource<User> created = createOrGet(principal, HASHED_NAME_LENGTH);
        String id = created.name();
        globalRoles.list().stream()
                .filter(role -> Boolean.TRUE.equals(role.value().newUserDefault()))
                .forEach(role -> createOrGet(
                        globalRoleBindings,
                        Resource.named(
                                "grb-" + hashed(id + " " + role.name(), HASHED_NAME_LENGTH),
                                new GlobalRoleBinding(role.name(), id, null))));
        log.info("User made at the first sign-in: user={} provider={}", id, principal.provider());
        return created;
    }

    /** Whoever finds a principal that hashes to the short name of somebody else's gets a longer one, and not that user. */
    private Resource<User> createOrGet(Principal principal, int nameLength) {
        String id = "u-" + hashed(principal.id(), nameLength);
        User user = new User(
                principal.displayName(), "", "", null, false, true, List.of(principal.id(), LOCAL + id), null, null);
        Resource<User> there = createOrGet(users, Resource.named(id, user));
        boolean his = there.value().principalIds().contains(principal.id());
        if (!his && nameLength == WHOLE_HASH_LENGTH) {
            throw DroverException.denied("The user " + id + " is known by other principals than this one");
        }
        return his ? there : createOrGet(principal, WHOLE_HASH_LENGTH);
    }

    /** Lets a user be known by another principal as well. */
    void link(String userId, SignedIn signedIn) {
        String principal = signedIn.user().id();
        Optional<String> owner = accounts.userOf(principal);
        if (owner.isPresent() && !owner.get().equals(userId)) {
            throw new DroverException(Fault.CONFLICT, "Another user is known by " + principal + " already");
        }
        users.edit(userId, resource -> resource.with(user -> Users.withPrincipal(user, principal)));
        remember(userId, signedIn);
        log.info("User linked: user={} provider={}", userId, signedIn.user().provider());
    }

    /** He is in no group of that provider's any more. */
    void forget(String userId, String provider) {
        attributes.edit(
                userId,
                resource -> resource.with(old -> new UserAttribute(
                        old.userName(),
                        with(old.groupPrincipals(), provider, new Principals(List.of())),
                        now(),
                        false,
                        old.extraByProvider())));
    }

    private String now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    void remember(String userId, SignedIn signedIn) {
        Principal principal = signedIn.user();
        Principals groups =
                new Principals(signedIn.groups().stream().map(Members::stored).toList());
        Map<String, List<String>> extra =
                Map.of("principalid", List.of(principal.id()), "username", List.of(principal.loginName()));
        String now = now();
        UserAttribute fresh = new UserAttribute(
                "", Map.of(principal.provider(), groups), now, false, Map.of(principal.provider(), extra));
        if (attributes.get(userId).isEmpty()) {
            createOrGet(attributes, Resource.named(userId, fresh));
            return;
        }
        attributes.edit(
                userId,
                resource -> resource.with(old -> new UserAttribute(
                        old.userName(),
                        with(old.groupPrincipals(), principal.provider(), groups),
                        now,
                        false,
                        with(old.extraByProvider(), principal.provider(), extra))));
    }

    private static <V> Map<String, V> with(Map<String, V> map, String key, V value) {
        Map<String, V> copy = new HashMap<>(map);
        copy.put(key, value);
        return copy;
    }

    private static TokenPrincipal stored(Principal group) {
        return new TokenPrincipal(
                new TokenPrincipal.PrincipalMeta(group.id()),
                group.displayName(),
                group.loginName(),
                "group",
                null,
                group.provider());
    }

    private static <K extends Record> Resource<K> createOrGet(Objects<K> objects, Resource<K> wanted) {
        try {
            return objects.create(wanted);
        } catch (DroverException e) {
            if (e.fault() != Fault.CONFLICT) {
                throw e;
            }
            return objects.get(wanted.name()).orElseThrow(() -> e);
        }
    }

    /** The same name for the same text, so that what was half done is found again. */
    private static String hashed(String text, int length) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base32.toBase32String(digest).substring(0, length).toLowerCase(Locale.ROOT);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 belongs to every JDK", e);
        }
    }
}
