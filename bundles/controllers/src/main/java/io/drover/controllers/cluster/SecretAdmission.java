package io.drover.controllers.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.DroverException;
import io.drover.api.ServerPart;
import io.drover.api.model.Cluster;
import io.drover.api.plane.Admission;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Seals the secrets among a cluster's settings before they are stored, for the moments until {@link ClusterReconciler} moves them. A
 * sealed value is good where it was sealed and nowhere else: whoever may read a Cluster must not get its secret used elsewhere.
 */
@ServerPart("the sealing of drivers' secrets")
@Component
public final class SecretAdmission implements Admission {

    private final Drivers drivers;
    private final SecretSeal seal;

    @Activate
    public SecretAdmission(@Reference Drivers drivers, @Reference SecretSeal seal) {
        this.drivers = drivers;
        this.seal = seal;
    }

    @Override
    public Set<String> resources() {
        return Set.of("management.cattle.io/clusters");
    }

    @Override
    public void mutate(Change change) {
        if (!(change.object().at("/spec/genericEngineConfig") instanceof ObjectNode config)) {
            return;
        }
        JsonNode before =
                change.before().map(old -> old.at("/spec/genericEngineConfig")).orElse(config.missingNode());
        for (Map.Entry<String, JsonNode> field : config.properties()) {
            boolean unchanged = field.getValue().equals(before.path(field.getKey()));
            if (SecretSeal.isSealed(field.getValue().asText()) && !unchanged) {
                throw DroverException.rejected(
                        "spec.genericEngineConfig." + field.getKey() + " is sealed for another cluster or field");
            }
        }
        List<String> secrets = drivers.of(
                        config.path(DriverSettings.DRIVER_NAME).asText())
                .map(driver -> driver.settings().secretFields())
                .orElse(List.of());
        for (String field : secrets) {
            String value = config.path(field).asText();
            if (!value.isEmpty() && !value.equals(Cluster.SECRET_KEPT_APART) && !SecretSeal.isSealed(value)) {
                config.put(field, seal.seal(value));
            }
        }
        if (change.object().at("/metadata/annotations") instanceof ObjectNode annotations
                && annotations.path(LastApplied.ANNOTATION).isTextual()) {
            String applied = annotations.path(LastApplied.ANNOTATION).asText();
            annotations.put(LastApplied.ANNOTATION, LastApplied.without(secrets, applied));
        }
    }
}
