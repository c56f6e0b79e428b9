package io.drover.auth;

import io.drover.api.ServerPart;
import io.drover.api.auth.PasswordHasher;
import io.drover.api.plane.ManagementPlane;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sees to it at every start that the built-in roles are there, and somebody who may administer; tried again until it worked. */
@ServerPart(FirstStart.PART)
@Component(
        service = {},
        immediate = true,
        configurationPid = "io.drover.auth")
public final class FirstStart {

    /** {@code etc/io.drover.auth.cfg} */
    @interface Config {
        /** Password of the first admin; counts at the first start only. */
        String admin_password() default "";
    }

    static final String PART = "the built-in roles and the first administrator";

    private static final Logger log = LoggerFactory.getLogger(FirstStart.class);
    /** The first is that of existing installations, the second what {@code drover run} sets. */
    private static final List<String> PASSWORD_VARIABLES =
            List.of("CATTLE_BOOTSTRAP_PASSWORD", "DROVER_ADMIN_PASSWORD");

    private static final long LONGEST_PAUSE_SECONDS = 30;

    private final ScheduledExecutorService worker =
            Executors.newSingleThreadScheduledExecutor(Threads.named("auth-first-start"));
    private final BundleContext context;
    private final ManagementPlane plane;
    private final FirstPasswordFile file;
    private final String password;
    private int unfinished;
    private ServiceRegistration<FirstStart> finished;

    @Activate
    public FirstStart(@Reference ManagementPlane plane, BundleContext context, Config config) {
        this.context = context;
        this.plane = plane;
        this.file = FirstPasswordFile.of(context);
        this.password = PASSWORD_VARIABLES.stream()
                .map(System::getenv)
                .filter(value -> value != null && !value.isEmpty())
                .findFirst()
                .orElse(config.admin_password());
        untilDone(() -> BuiltinRoles.read().createMissing(plane), 1);
    }

    /** Without a way to hash passwords there is no first admin; he is made when one is installed. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setHasher(PasswordHasher hasher) {
        untilDone(() -> new FirstAdmin(plane, hasher, file).createIfNobodyIs(password), 1);
    }

    void unsetHasher(PasswordHasher hasher) {}

    @Deactivate
    void close() {
        worker.shutdownNow();
        withdraw();
    }

    private void untilDone(Runnable work, long pauseSeconds) {
        begun();
        worker.execute(() -> attempt(work, pauseSeconds));
    }

    private synchronized void begun() {
        unfinished++;
        withdraw();
    }

    private synchronized void withdraw() {
        if (finished != null) {
            finished.unregister();
            finished = null;
        }
    }

    private synchronized void ended() {
        if (--unfinished == 0) {
            finished = context.registerService(
                    FirstStart.class, this, FrameworkUtil.asDictionary(Map.of(ServerPart.PROPERTY, PART)));
        }
    }

    private void attempt(Runnable work, long pauseSeconds) {
        try {
            work.run();
            ended();
        } catch (RuntimeException e) {
            log.warn("First roles and admin not made yet, to be tried again: inSeconds={}", pauseSeconds, e);
            worker.schedule(
                    () -> attempt(work, Math.min(2 * pauseSeconds, LONGEST_PAUSE_SECONDS)),
                    pauseSeconds,
                    TimeUnit.SECONDS);
        }
    }
}
