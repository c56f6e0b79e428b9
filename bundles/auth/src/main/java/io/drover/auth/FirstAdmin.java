package io.drover.auth;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.RandomText;
import io.drover.api.auth.PasswordHasher;
import io.drover.api.model.GlobalRoleBinding;
import io.drover.api.model.Setting;
import io.drover.api.model.User;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Objects;
import io.drover.api.plane.Resource;
import io.drover.auth.FirstAdminSecret.Admin;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The user who administers an installation that nobody can administer yet. Any number of calls make one. */
final class FirstAdmin {

    static final String ADMIN = "admin";

    private static final Logger log = LoggerFactory.getLogger(FirstAdmin.class);
    private static final String LABEL = "authz.management.cattle.io/bootstrapping";
    private static final String LABEL_VALUE = "admin-user";

    private final Objects<User> users;
    private final Objects<GlobalRoleBinding> bindings;
    private final Objects<Setting> settings;
    private final PasswordHasher hasher;
    private final FirstPasswordFile file;
    private final Optional<FirstAdminSecret> shared;

    FirstAdmin(ManagementPlane plane, PasswordHasher hasher, FirstPasswordFile file) {
        this.users = plane.objects(User.class);
        this.bindings = plane.objects(GlobalRoleBinding.class);
        this.settings = plane.objects(Setting.class);
        this.hasher = hasher;
        this.file = file;
        this.shared = sharedSecret(plane);
    }

    /** Empty if no other process can make one. */
    private static Optional<FirstAdminSecret> sharedSecret(ManagementPlane plane) {
        return plane.isShared() ? Optional.of(new FirstAdminSecret(plane.client())) : Optional.empty();
    }

    /** Forgets what was written down for him, wherever that was: somebody gave him another password. */
    static void forgetPassword(ManagementPlane plane, FirstPasswordFile file) {
        file.delete();
        sharedSecret(plane).ifPresent(FirstAdminSecret::forgetPassword);
    }

    static boolean isMadeAtFirstStart(Resource<User> user) {
        return user.label(LABEL).equals(Optional.of(LABEL_VALUE));
    }

    /** @param password empty for one that is generated and written to the file */
    void createIfNobodyIs(String password) {
        if (isUnwanted() || somebodyIsAdmin()) {
            return;
        }
        Resource<User> admin = users.list().stream()
                .filter(FirstAdmin::isMadeAtFirstStart)
                .findFirst()
                .orElseGet(() -> create(password));
        unlessThere(() -> bindings.create(Resource.named(
                "grb-" + admin.name().substring(admin.name().indexOf('-') + 1),
                new GlobalRoleBinding(ADMIN, admin.name(), null))));
    }

    /** Another process that shares the management plane may have done the same. */
    private static void unlessThere(Runnable creation) {
        try {
            creation.run();
        } catch (DroverException e) {
            if (e.fault() != Fault.CONFLICT) {
                throw e;
            }
        }
    }

    private boolean isUnwanted() {
        return settings.get("no-default-admin")
                .filter(setting -> setting.value().effective().equals("true"))
                .isPresent();
    }

    private boolean somebodyIsAdmin() {
        Set<String> present = users.list().stream().map(Resource::name).collect(Collectors.toSet());
        return bindings.list().stream()
                .map(Resource::value)
                .filter(binding -> ADMIN.equals(binding.globalRoleName()))
                .anyMatch(binding -> binding.groupPrincipalName() != null || present.contains(binding.userName()));
    }

    private Resource<User> create(String given) {
        boolean generate = given.isEmpty();
        Admin wanted = new Admin("user-" + RandomText.letters(5), generate ? RandomText.password() : "");
        Admin agreed = shared.isPresent() ? shared.get().agree(wanted) : wanted;
        String id = agreed.userId();
        String generated = agreed.password().isEmpty() ? wanted.password() : agreed.password();
        String password = generate ? generated : given;
        if (generate) {
            file.write(password);
        }
        User user = new User(
                "Default Admin",
                "",
                ADMIN,
                hasher.hash(password),
                generate || given.equals(ADMIN),
                true,
                List.of("local://" + id),
                null,
                null);
        unlessThere(() -> users.create(new Resource<>(
                new ObjectMetaBuilder()
                        .withName(id)
                        .withLabels(Map.of(LABEL, LABEL_VALUE))
                        .build(),
                user)));
        if (generate) {
            log.info("First admin made, his password is in a file: user={} file={}", id, file.path());
        } else {
            log.info("First admin made with the given password: user={}", id);
        }
        return users.get(id).orElseThrow();
    }
}
