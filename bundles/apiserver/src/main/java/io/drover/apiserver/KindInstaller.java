package io.drover.apiserver;

import io.drover.api.DroverException;
import io.drover.api.kind.KindDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Installs kinds as custom resource definitions, by server-side apply, so that what others added to a definition stays. */
public final class KindInstaller {

    private static final Logger log = LoggerFactory.getLogger(KindInstaller.class);
    private static final String FIELD_MANAGER = "drover";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final KubernetesClient client;

    KindInstaller(KubernetesClient client) {
        this.client = client;
    }

    /** Returns once the kinds are served. */
    void install(List<Class<? extends Record>> kinds) {
        for (Class<? extends Record> kind : kinds) {
            client.resource(KindDefinition.of(kind).customResourceDefinition())
                    .fieldManager(FIELD_MANAGER)
                    .forceConflicts()
                    .serverSideApply();
        }
        for (Class<? extends Record> kind : kinds) {
            awaitEstablished(KindDefinition.of(kind).customResourceDefinition());
            log.debug("Kind installed: kind={}", KindDefinition.of(kind));
        }
    }

    private void awaitEstablished(CustomResourceDefinition definition) {
        CustomResourceDefinition seen = client.resource(definition)
                .waitUntilCondition(KindInstaller::isEstablished, PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (!isEstablished(seen)) {
            throw DroverException.unavailable("The definition "
                    + definition.getMetadata().getName() + " was not accepted within " + PATIENCE.toSeconds() + " s");
        }
    }

    /** A new definition has null in the place of its conditions. */
    public static boolean isEstablished(CustomResourceDefinition definition) {
        return definition != null
                && definition.getStatus() != null
                && definition.getStatus().getConditions() != null
                && definition.getStatus().getConditions().stream()
                        .anyMatch(c -> "Established".equals(c.getType()) && "True".equals(c.getStatus()));
    }
}
