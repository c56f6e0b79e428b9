package io.drover.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.DroverException;
import io.drover.api.RandomText;
import io.drover.api.auth.SignIns;
import io.drover.api.auth.SignIns.IssuedToken;
import io.drover.api.auth.SignIns.TokenRequest;
import io.drover.api.cluster.Kubeconfig;
import io.drover.api.kind.RestType;
import io.drover.api.model.Cluster;
import io.drover.api.plane.ManagementPlane;
import jakarta.ws.rs.core.Response;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Clusters have unique display names, settings for the driver that makes them, and kubeconfigs. */
final class ClusterHooks extends TypeHooks {

    private static final String NAME_FIELD = "Cluster name";
    private static final String ENGINE = "genericEngineConfig";
    private static final String DRIVER_NAME = "driverName";
    private static final RestType KUBECONFIG = RestType.of("generateKubeConfigOutput", GenerateKubeConfigOutput.class);

    private final ManagementPlane plane;
    private final SignIns signIns;
    private final Settings settings;
    private final Drivers drivers;
    private final DriverSecrets secrets;
    private final ClusterNamespaces namespaces;

    ClusterHooks(
            ManagementPlane plane,
            SignIns signIns,
            Settings settings,
            Drivers drivers,
            DriverSecrets secrets,
            ClusterNamespaces namespaces) {
        this.namespaces = namespaces;
        this.secrets = secrets;
        this.plane = plane;
        this.signIns = signIns;
        this.settings = settings;
        this.drivers = drivers;
    }

    record GenerateKubeConfigOutput(String config) {}

    @Override
    boolean offers(String link, ObjectNode stored) {
        return !(link.equals("remove") && isInternal(stored));
    }

    @Override
    void checkCreate(Call call, ObjectNode resource) {
        checkName(resource, "");
        if (engines(resource).size() > 1) {
            throw Refusal.invalidBody("A cluster can't have settings of two drivers");
        }
    }

    @Override
    void checkUpdate(Call call, ObjectNode resource, ObjectNode stored) {
        checkName(resource, stored.at("/metadata/name").asText());
        String driver = driver(stored);
        for (String other : engines(resource)) {
            if (!other.equals(driver)) {
                throw DroverException.invalid(
                        "InvalidState", Drivers.fieldOf(other), "The kind of a cluster can't be changed");
            }
        }
    }

    private void checkName(ObjectNode resource, String own) {
        String name = resource.path("name").asText("");
        if (name.isEmpty()) {
            throw DroverException.invalid("MissingRequired", NAME_FIELD, "");
        }
        boolean taken = plane.objects(Cluster.class).list().stream()
                .anyMatch(other -> !other.name().equals(own)
                        && name.equalsIgnoreCase(other.value().spec().displayName()));
        if (taken) {
            throw DroverException.invalid("NotUnique", NAME_FIELD, "");
        }
    }

    /** The drivers that the resource has settings for. */
    private List<String> engines(ObjectNode resource) {
        return drivers.settingsByKind().keySet().stream()
                .filter(kind -> resource.path(Drivers.fieldOf(kind)).isObject())
                .toList();
    }

    @Override
    void checkDelete(Call call, ObjectNode stored) {
        if (isInternal(stored)) {
            throw Refusal.methodNotAllowed("The cluster that Drover runs in can't be removed");
        }
    }

    @Override
    void store(Call call, ObjectNode resource, ObjectNode stored) {
        for (String kind : engines(resource)) {
            Optional<RestType> type = drivers.settings(kind);
            if (type.isPresent()) {
                ObjectNode spec = stored.withObject("/spec");
                ObjectNode engine = spec.get(ENGINE) instanceof ObjectNode some ? some : spec.putObject(ENGINE);
                type.get().store((ObjectNode) resource.get(Drivers.fieldOf(kind)), engine);
                engine.put(DRIVER_NAME, kind);
                keepSecretsApart(type.get(), engine, named(stored));
            }
        }
    }

    /** The name is made here when it is needed before the object is, which no revision of holds a secret. */
    private static ObjectNode named(ObjectNode stored) {
        ObjectNode metadata = (ObjectNode) stored.get("metadata");
        if (!metadata.hasNonNull("name")) {
            metadata.put("name", metadata.path("generateName").asText("c-") + RandomText.letters(5));
            metadata.remove("generateName");
        }
        return metadata;
    }

    private void keepSecretsApart(RestType settingsType, ObjectNode engine, ObjectNode metadata) {
        Map<String, String> values = new HashMap<>();
        settingsType.fields().values().stream()
                .filter(field -> field.secret() && field.storedPath().size() == 1)
                .map(field -> field.storedPath().get(0))
                .filter(key -> engine.path(key).isTextual())
                .filter(key -> !Set.of("", Cluster.SECRET_KEPT_APART)
                        .contains(engine.path(key).asText()))
                .forEach(key -> values.put(key, engine.path(key).asText()));
        if (!values.isEmpty()) {
            secrets.keep(metadata.path("name").asText(), values);
            values.keySet().forEach(key -> engine.put(key, Cluster.SECRET_KEPT_APART));
        }
    }

    @Override
    void notCreated(ObjectNode stored) {
        String id = stored.at("/metadata/name").asText();
        if (!id.isEmpty() && plane.objects(Cluster.class).get(id).isEmpty()) {
            secrets.forget(id);
        }
    }

    /** Clients go on at once with what belongs to the cluster and lives in its namespace, such as the token for its registration. */
    @Override
    void created(Call call, ObjectNode resource, ObjectNode stored) {
        namespaces.create(stored.at("/metadata/name").asText());
    }

    @Override
    void show(Call call, ObjectNode stored, ObjectNode resource) {
        JsonNode engine = stored.path("spec").path(ENGINE);
        drivers.settings(driver(stored)).ifPresent(type -> {
            ObjectNode shown = type.show(engine).put("type", "/v3/schemas/" + type.id());
            resource.set(type.id(), shown);
        });
    }

    @Override
    Map<String, Action> actions() {
        return Map.of(
                "generateKubeconfig", Action.of(KUBECONFIG.id(), (call, cluster) -> true, this::generateKubeconfig));
    }

    @Override
    List<RestType> outputs() {
        return List.of(KUBECONFIG);
    }

    private Response generateKubeconfig(Call call, ObjectNode cluster, ObjectNode input) {
        String id = cluster.at("/metadata/name").asText();
        boolean embedded = !settings.of("kubeconfig-generate-token").equals("false");
        Kubeconfig kubeconfig = new Kubeconfig(
                id,
                cluster.at("/spec/displayName").asText(),
                settings.serverUrl(call),
                settings.caCertificates(),
                embedded ? kubeconfigToken(call, id) : "");
        return Response.ok(JsonNodeFactory.instance
                        .objectNode()
                        .put("type", KUBECONFIG.id())
                        .put("baseType", KUBECONFIG.id())
                        .put("config", embedded ? kubeconfig.yaml() : kubeconfig.yamlWithCommand(execCommand())))
                .build();
    }

    private String execCommand() {
        String command = settings.of("kubeconfig-exec-command");
        return command.isEmpty() ? "drover-token" : command;
    }

    private String kubeconfigToken(Call call, String id) {
        IssuedToken token = signIns.issue(
                call.caller(),
                new TokenRequest(
                        "kubeconfig",
                        "Kubeconfig token",
                        settings.minutes("kubeconfig-default-token-ttl-minutes", 0),
                        id,
                        true));
        return token.value();
    }

    private static String driver(ObjectNode stored) {
        return stored.path("spec").path(ENGINE).path(DRIVER_NAME).asText("");
    }

    private static boolean isInternal(ObjectNode stored) {
        return stored.path("spec").path("internal").asBoolean();
    }
}
