package io.drover.auth;

import io.drover.api.auth.PasswordHasher;
import io.drover.api.plane.ManagementPlane;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sees to it at every start that the built-in roles are there, and somebody who may administer; tried again until it worked. */
@Component(
        service = {},
        immediate = true,
        configurationPid = "io.drover.auth")
public final class FirstStart {

    /** {@code etc/io.drover.auth.cfg} */
    @interface Config {
        /** Password of the first admin; counts at the first start only. The environment variable of existing installations wins. */
        String admin_password() default "";
    }

    private static final Logger log = LoggerFactory.getLogger(FirstStart.class);
    private static final String PASSWORD_VARIABLE = "CATTLE_BOOTSTRAP_PASSWORD";
    private static final long LONGEST_PAUSE_SECONDS = 30;

    private final ScheduledExecutorService worker =
            Executors.newSingleThreadScheduledExecutor(Threads.named("auth-first-start"));

    @Activate
    public FirstStart(
            @Reference ManagementPlane plane, @Reference PasswordHasher hasher, BundleContext context, Config config) {
        String password = Optional.ofNullable(System.getenv(PASSWORD_VARIABLE))
                .filter(value -> !value.isEmpty())
                .orElse(config.admin_password());
        FirstAdmin admin = new FirstAdmin(plane, hasher, FirstPasswordFile.of(context));
        worker.execute(() -> attempt(plane, admin, password, 1));
    }

    @Deactivate
    void close() {
        worker.shutdownNow();
    }

    private void attempt(ManagementPlane plane, FirstAdmin admin, String password, long pauseSeconds) {
        try {
            BuiltinRoles.read().createMissing(plane);
            admin.createIfNobodyIs(password);
        } catch (RuntimeException e) {
            log.warn("First roles and admin not made yet, to be tried again: inSeconds={}", pauseSeconds, e);
            worker.schedule(
                    () -> attempt(plane, admin, password, Math.min(2 * pauseSeconds, LONGEST_PAUSE_SECONDS)),
                    pauseSeconds,
                    TimeUnit.SECONDS);
        }
    }
}
