package io.drover.apiserver.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.auth.Caller;
import io.drover.apiserver.Asking;
import io.drover.apiserver.Asking.Answered;
import io.drover.apiserver.serve.ApiServer;
import io.drover.apiserver.serve.Environment;
import io.drover.apiserver.store.Store;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A server over an empty folder, and the people who ask it. */
public final class Plane implements AutoCloseable {

    public static final String RBAC = "/apis/rbac.authorization.k8s.io/v1/";

    public final ApiServer server;
    public final Asking system;

    public Plane(Path data) {
        this(data, Environment.with(() -> null));
    }

    public Plane(Path data, Environment environment) {
        server = new ApiServer(Store.open(data, Duration.ofHours(1), Clock.systemUTC()), environment);
        system = new Asking(server, Caller.SYSTEM);
        if (system.get("/api/v1/namespaces/n").status() == 404) {
            made(system.post("/api/v1/namespaces", "{'metadata':{'name':'n'}}"));
        }
    }

    public Asking user(String name, String... groups) {
        return new Asking(server, caller(name, groups));
    }

    static Caller caller(String name, String... groups) {
        return new Caller(name, List.of(groups), Map.of(), Optional.empty());
    }

    /** A role {@code name} in namespace {@code n} with one rule, bound to a user. */
    public void give(String user, String name, String rule) {
        made(system.post(RBAC + "namespaces/n/roles", "{'metadata':{'name':'" + name + "'},'rules':[" + rule + "]}"));
        made(system.post(RBAC + "namespaces/n/rolebindings", binding(name, "Role", name, user)));
    }

    /** The same everywhere. */
    public void giveEverywhere(String user, String name, String rule) {
        made(system.post(RBAC + "clusterroles", "{'metadata':{'name':'" + name + "'},'rules':[" + rule + "]}"));
        made(system.post(RBAC + "clusterrolebindings", binding(name, "ClusterRole", name, user)));
    }

    public static String binding(String name, String kind, String role, String user) {
        return "{'metadata':{'name':'" + name + "'},'roleRef':{'apiGroup':'rbac.authorization.k8s.io','kind':'" + kind
                + "','name':'" + role + "'},'subjects':[{'kind':'User','name':'" + user + "'}]}";
    }

    public static void made(Answered answered) {
        assertThat(answered.status()).as(answered.body()).isEqualTo(201);
    }

    public static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
