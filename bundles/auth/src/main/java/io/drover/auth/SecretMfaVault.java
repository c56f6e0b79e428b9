package io.drover.auth;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Keeps each user's second factor in a Secret, which is sealed at rest and which few roles may read. */
final class SecretMfaVault implements MfaVault {

    private static final String NAMESPACE = "cattle-system";
    private static final String TYPE = "drover.io/second-factor";
    private static final int CONFLICT = 409;
    private static final int TRIES = 5;

    private final KubernetesClient client;

    SecretMfaVault(KubernetesClient client) {
        this.client = client;
    }

    @Override
    public Optional<Factor> read(String userId) {
        return asked(() -> Optional.ofNullable(of(userId).get()).map(SecretMfaVault::factor));
    }

    @Override
    public void change(String userId, UnaryOperator<Factor> change) {
        for (int tried = 1; ; tried++) {
            Secret before = asked(() -> of(userId).get());
            Factor after = change.apply(before == null ? Factor.NONE : factor(before));
            try {
                write(userId, before, after);
                return;
            } catch (KubernetesClientException e) {
                if (e.getCode() != CONFLICT || tried == TRIES) {
                    throw failed(e);
                }
            }
        }
    }

    private void write(String userId, Secret before, Factor after) {
        SecretBuilder secret = before == null
                ? new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace(NAMESPACE)
                        .withName(name(userId))
                        .endMetadata()
                        .withType(TYPE)
                : before.toBuilder();
        Resource<Secret> resource = client.secrets()
                .inNamespace(NAMESPACE)
                .resource(secret.withData(data(after)).build());
        if (before == null) {
            resource.create();
        } else {
            resource.lockResourceVersion(before.getMetadata().getResourceVersion())
                    .update();
        }
    }

    @Override
    public void forget(String userId) {
        asked(() -> of(userId).delete());
    }

    private Resource<Secret> of(String userId) {
        return client.secrets().inNamespace(NAMESPACE).withName(name(userId));
    }

    private static String name(String userId) {
        return "mfa-" + userId;
    }

    private static Factor factor(Secret secret) {
        Map<String, String> data = secret.getData() == null ? Map.of() : secret.getData();
        String lastStep = text(data, "lastStep");
        String recovery = text(data, "recovery");
        return new Factor(
                text(data, "secret"),
                text(data, "pending"),
                lastStep.isEmpty() ? 0 : Long.parseLong(lastStep),
                recovery.isEmpty() ? List.of() : List.of(recovery.split("\n")));
    }

    private static Map<String, String> data(Factor factor) {
        Map<String, String> data = new HashMap<>();
        data.put("secret", factor.secret());
        data.put("pending", factor.pending());
        data.put("lastStep", Long.toString(factor.lastStep()));
        data.put("recovery", String.join("\n", factor.recovery()));
        data.replaceAll((key, value) -> Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)));
        return data;
    }

    private static String text(Map<String, String> data, String key) {
        String value = data.get(key);
        return value == null ? "" : new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
    }

    private static <T> T asked(Supplier<T> question) {
        try {
            return question.get();
        } catch (KubernetesClientException e) {
            throw failed(e);
        }
    }

    private static DroverException failed(KubernetesClientException e) {
        return new DroverException(Fault.UNAVAILABLE, "The second factor can't be looked up now; try again", e);
    }
}
