package io.drover.apiserver.external;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.DroverException;
import io.drover.api.kind.KindDefinition;
import io.drover.api.kind.KindJson;
import io.drover.apiserver.external.Found.Origin;
import io.drover.apiserver.kind.DefinitionVersion;
import io.drover.apiserver.request.Refusal.Cause;
import io.drover.apiserver.schema.Schema;
import io.drover.apiserver.schema.Validation;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Looks at a cluster that may hold Drover's kinds already, as another installation of the same API left them: what is there, and what
 * would change. Writes nothing.
 */
public final class Takeover {

    static final String FIELD_MANAGER = "drover";

    private static final long PAGE = 500;
    private static final int MISFITS_NAMED = 5;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final KubernetesClient client;
    private final Function<Class<?>, DefinitionVersion> versions;

    public Takeover(KubernetesClient client) {
        this(client, DefinitionVersion::of);
    }

    /** @param versions of the kinds as this process has them */
    public Takeover(KubernetesClient client, Function<Class<?>, DefinitionVersion> versions) {
        this.client = client;
        this.versions = versions;
    }

    /**
     * Refuses a cluster in which another installation defined one of these kinds.
     *
     * @throws DroverException {@code REJECTED} with what to do
     */
    public static void requireNothingForeign(KubernetesClient client, List<Class<? extends Record>> kinds) {
        List<String> foreign = kinds.stream()
                .map(KindDefinition::of)
                .filter(kind -> origin(definition(client, kind)) == Origin.FOREIGN)
                .map(kind -> kind.plural() + "." + kind.group())
                .toList();
        if (!foreign.isEmpty()) {
            throw DroverException.rejected("The cluster holds " + foreign.size() + " kinds of another installation ("
                    + foreign.get(0) + (foreign.size() > 1 ? ", …" : "")
                    + "). \"drover takeover\" tells what taking them over would change; \"drover run"
                    + " --takeover\" does it");
        }
    }

    /** What is there of each of these kinds. */
    public List<Found> look(List<Class<? extends Record>> kinds) {
        return kinds.stream().map(KindDefinition::of).map(this::look).toList();
    }

    private Found look(KindDefinition kind) {
        Optional<CustomResourceDefinition> there = definition(client, kind);
        Origin origin = origin(there);
        String name = kind.plural() + "." + kind.group();
        if (origin == Origin.MISSING) {
            return new Found(name, origin, 0, List.of(), 0, List.of());
        }
        Schema schema = schema(kind);
        List<String> misfits = new ArrayList<>();
        long objects = 0;
        long misfitting = 0;
        String more = null;
        do {
            GenericKubernetesResourceList page = client.genericKubernetesResources(context(kind))
                    .inAnyNamespace()
                    .list(new ListOptionsBuilder()
                            .withLimit(PAGE)
                            .withContinue(more)
                            .build());
            for (GenericKubernetesResource object : page.getItems()) {
                objects++;
                Optional<String> misfit = misfit(object, kind, schema);
                if (misfit.isPresent() && misfitting++ < MISFITS_NAMED) {
                    misfits.add(misfit.get());
                }
            }
            more = page.getMetadata().getContinue();
        } while (more != null && !more.isEmpty());
        return new Found(name, origin, objects, changes(kind, there.get()), misfitting, misfits);
    }

    /** What the API server itself says would be another one after our apply; nothing if a newer server's definition is there. */
    private List<String> changes(KindDefinition kind, CustomResourceDefinition before) {
        if (versions.apply(kind.type()).isOlderThan(DefinitionVersion.in(before))) {
            return List.of();
        }
        CustomResourceDefinition after = client.resource(kind.customResourceDefinition())
                .dryRun()
                .fieldManager(FIELD_MANAGER)
                .forceConflicts()
                .serverSideApply();
        List<String> changes = new ArrayList<>();
        Differences.collect("", JSON.valueToTree(before.getSpec()), JSON.valueToTree(after.getSpec()), changes::add);
        return changes;
    }

    /** Why Drover could not work with the object, or could not change it. */
    private static Optional<String> misfit(GenericKubernetesResource object, KindDefinition kind, Schema schema) {
        String name = (object.getMetadata().getNamespace() == null
                        ? ""
                        : object.getMetadata().getNamespace() + "/")
                + object.getMetadata().getName();
        List<Cause> causes = new ArrayList<>();
        ObjectNode fields = JSON.valueToTree(object.getAdditionalProperties());
        Validation.validate(fields, schema, causes);
        if (!causes.isEmpty()) {
            return Optional.of(
                    name + ": " + causes.get(0).field() + ": " + causes.get(0).message());
        }
        try {
            KindJson.mapper().convertValue(object.getAdditionalProperties(), kind.type());
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(name + ": " + e.getMessage().lines().findFirst().orElse("can't be read"));
        }
    }

    private static Schema schema(KindDefinition kind) {
        return Schema.of(JSON.valueToTree(kind.customResourceDefinition()
                .getSpec()
                .getVersions()
                .get(0)
                .getSchema()
                .getOpenAPIV3Schema()));
    }

    private static Optional<CustomResourceDefinition> definition(KubernetesClient client, KindDefinition kind) {
        return Optional.ofNullable(client.apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName(kind.plural() + "." + kind.group())
                .get());
    }

    private static Origin origin(Optional<CustomResourceDefinition> definition) {
        if (definition.isEmpty()) {
            return Origin.MISSING;
        }
        boolean ours = definition.get().getMetadata().getManagedFields().stream()
                .anyMatch(entry -> FIELD_MANAGER.equals(entry.getManager()) && "Apply".equals(entry.getOperation()));
        return ours ? Origin.OURS : Origin.FOREIGN;
    }

    private static ResourceDefinitionContext context(KindDefinition kind) {
        return new ResourceDefinitionContext.Builder()
                .withGroup(kind.group())
                .withVersion(kind.version())
                .withKind(kind.kind())
                .withPlural(kind.plural())
                .withNamespaced(kind.namespaced())
                .build();
    }
}
