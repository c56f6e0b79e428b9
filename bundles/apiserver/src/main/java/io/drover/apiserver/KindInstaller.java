package io.drover.apiserver;

import io.drover.api.DroverException;
import io.drover.api.kind.KindDefinition;
import io.drover.apiserver.kind.DefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Installs kinds as custom resource definitions, by server-side apply, so that what others added to a definition stays. Definitions only
 * ever go upward: one that a newer version wrote, in another process over the same cluster or before a step back, stays as it is.
 */
public final class KindInstaller {

    private static final Logger log = LoggerFactory.getLogger(KindInstaller.class);
    private static final String FIELD_MANAGER = "drover";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** The API server itself writes into a new definition several times. */
    private static final int ATTEMPTS = 20;

    private final KubernetesClient client;
    private final Function<Class<?>, DefinitionVersion> versions;

    KindInstaller(KubernetesClient client) {
        this(client, DefinitionVersion::of);
    }

    /** @param versions of the kinds as this process has them */
    KindInstaller(KubernetesClient client, Function<Class<?>, DefinitionVersion> versions) {
        this.client = client;
        this.versions = versions;
    }

    /** Returns once the kinds are served. */
    void install(List<Class<? extends Record>> kinds) {
        List<KindDefinition> created = new ArrayList<>();
        for (Class<? extends Record> kind : kinds) {
            KindDefinition definition = KindDefinition.of(kind);
            if (define(definition)) {
                created.add(definition);
            }
        }
        for (Class<? extends Record> kind : kinds) {
            awaitEstablished(KindDefinition.of(kind).customResourceDefinition());
            log.debug("Kind installed: kind={}", KindDefinition.of(kind));
        }
        // An older server that found nothing there in the same moment may have written after us.
        created.forEach(this::define);
    }

    /** Whether the definition was not there before. */
    private boolean define(KindDefinition kind) {
        DefinitionVersion own = versions.apply(kind.type());
        CustomResourceDefinition wanted = own.mark(kind.customResourceDefinition());
        for (int attempt = 1; ; attempt++) {
            CustomResourceDefinition there = client.resource(wanted).get();
            if (there != null && own.isOlderThan(DefinitionVersion.in(there))) {
                log.info(
                        "A kind's definition is of a newer version and stays as it is: kind={} version={} own={}",
                        kind,
                        DefinitionVersion.in(there),
                        own);
                return false;
            }
            // Only onto what was looked at.
            wanted.getMetadata()
                    .setResourceVersion(
                            there == null ? null : there.getMetadata().getResourceVersion());
            try {
                client.resource(wanted)
                        .fieldManager(FIELD_MANAGER)
                        .forceConflicts()
                        .serverSideApply();
                return there == null;
            } catch (KubernetesClientException e) {
                if (e.getCode() != 409 || attempt == ATTEMPTS) {
                    throw e;
                }
            }
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
