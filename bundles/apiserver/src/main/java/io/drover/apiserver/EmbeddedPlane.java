package io.drover.apiserver;

import io.drover.api.auth.Authorizer;
import io.drover.api.auth.BearerTokens;
import io.drover.api.model.AuthConfig;
import io.drover.api.model.Cluster;
import io.drover.api.model.ClusterRegistrationToken;
import io.drover.api.model.ClusterRoleTemplateBinding;
import io.drover.api.model.GlobalRole;
import io.drover.api.model.GlobalRoleBinding;
import io.drover.api.model.RoleTemplate;
import io.drover.api.model.Setting;
import io.drover.api.model.Token;
import io.drover.api.model.User;
import io.drover.api.model.UserAttribute;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.PlaneServer;
import io.drover.apiserver.client.ClientPlane;
import io.drover.apiserver.serve.ApiServer;
import io.drover.apiserver.serve.Environment;
import io.drover.apiserver.store.Retention;
import io.drover.apiserver.store.Store;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;

/** A running management plane over a data folder. */
final class EmbeddedPlane implements AutoCloseable {

    private static final List<Class<? extends Record>> CORE_KINDS = List.of(
            AuthConfig.class,
            Cluster.class,
            ClusterRegistrationToken.class,
            ClusterRoleTemplateBinding.class,
            GlobalRole.class,
            GlobalRoleBinding.class,
            RoleTemplate.class,
            Setting.class,
            Token.class,
            User.class,
            UserAttribute.class);

    private static final List<String> NAMESPACES = List.of(
            "default",
            "kube-system",
            "kube-public",
            "kube-node-lease",
            "cattle-system",
            "cattle-global-data",
            "cattle-global-nt",
            "local",
            "fleet-default",
            "fleet-local");

    private final Store store;
    private final ApiServer server;
    private final ClientPlane plane;
    private final KindInstaller installer;

    private EmbeddedPlane(Store store, Environment environment) {
        this.store = store;
        this.server = new ApiServer(store, environment);
        this.plane = ClientPlane.of(server);
        this.installer = new KindInstaller(plane.client());
    }

    /**
     * Starts it; it answers, with the core's kinds and namespaces, when this returns.
     *
     * @param authorizer gives null while there is none
     * @throws io.drover.api.DroverException {@code REJECTED} if the folder can't be used
     */
    static EmbeddedPlane start(Path data, Retention retention, Supplier<Authorizer> authorizer) {
        return start(data, retention, Environment.with(authorizer));
    }

    static EmbeddedPlane start(Path data, Retention retention, Environment environment) {
        EmbeddedPlane plane = new EmbeddedPlane(Store.open(data, retention, Clock.systemUTC()), environment);
        boolean started = false;
        try {
            plane.makeNamespaces();
            plane.install(CORE_KINDS);
            plane.server.keepNamespaceDefaults();
            started = true;
        } finally {
            if (!started) {
                plane.close();
            }
        }
        return plane;
    }

    private void makeNamespaces() {
        KubernetesClient client = plane.client();
        for (String name : NAMESPACES) {
            if (client.namespaces().withName(name).get() == null) {
                client.namespaces()
                        .resource(new NamespaceBuilder()
                                .withNewMetadata()
                                .withName(name)
                                .endMetadata()
                                .build())
                        .create();
            }
        }
    }

    /** Returns once the kinds are served. */
    void install(List<Class<? extends Record>> kinds) {
        installer.install(kinds);
    }

    Store store() {
        return store;
    }

    PlaneServer server() {
        return server;
    }

    BearerTokens bearerTokens() {
        return server.bearerTokens();
    }

    ManagementPlane plane() {
        return plane;
    }

    @Override
    public void close() {
        plane.close();
        server.close();
    }
}
