package io.drover.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the processes that share a management plane agree on before any of them makes the first admin, so that there is one: kept in the
 * Secret in which users of existing installations look for his password.
 */
final class FirstAdminSecret {

    private static final String NAMESPACE = "cattle-system";
    private static final String NAME = "bootstrap-secret";
    private static final String USER = "userName";
    private static final String PASSWORD = "bootstrapPassword";

    private static final Logger log = LoggerFactory.getLogger(FirstAdminSecret.class);

    private final KubernetesClient plane;

    FirstAdminSecret(KubernetesClient plane) {
        this.plane = plane;
    }

    /** @param password empty if the process was given one */
    record Admin(String userId, String password) {}

    /** Answers what the first who called said. */
    Admin agree(Admin wanted) {
        var secrets = plane.secrets().inNamespace(NAMESPACE);
        Secret there = secrets.withName(NAME).get();
        if (there == null) {
            try {
                there = secrets.resource(secret(wanted)).create();
            } catch (KubernetesClientException e) {
                if (e.getCode() != 409) {
                    throw e;
                }
                there = secrets.withName(NAME).require();
            }
        }
        String user = value(there, USER);
        String password = value(there, PASSWORD);
        if (!user.isEmpty()) {
            return new Admin(user, password);
        }
        // Somebody put a password there before the first start.
        Map<String, String> data = new HashMap<>(there.getData() == null ? Map.of() : there.getData());
        data.put(USER, encoded(wanted.userId()));
        secrets.resource(new SecretBuilder(there).withData(data).build()).update();
        return new Admin(wanted.userId(), password.isEmpty() ? wanted.password() : password);
    }

    /** Takes the password away, once it is good no more; who the first admin is stays known. */
    void forgetPassword() {
        Resource<Secret> secret = plane.secrets().inNamespace(NAMESPACE).withName(NAME);
        try {
            Secret there = secret.get();
            if (there != null && !value(there, PASSWORD).isEmpty()) {
                secret.edit(
                        old -> new SecretBuilder(old).removeFromData(PASSWORD).build());
            }
        } catch (KubernetesClientException e) {
            log.warn("A first password that is no longer good can't be removed: secret={}/{}", NAMESPACE, NAME, e);
        }
    }

    private static Secret secret(Admin admin) {
        Map<String, String> data = new HashMap<>(Map.of(USER, encoded(admin.userId())));
        if (!admin.password().isEmpty()) {
            data.put(PASSWORD, encoded(admin.password()));
        }
        return new SecretBuilder()
                .withNewMetadata()
                .withNamespace(NAMESPACE)
                .withName(NAME)
                .endMetadata()
                .withType("Opaque")
                .withData(data)
                .build();
    }

    private static String value(Secret secret, String key) {
        String encoded = secret.getData() == null ? null : secret.getData().get(key);
        return encoded == null ? "" : new String(Base64.getDecoder().decode(encoded), UTF_8);
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }
}
