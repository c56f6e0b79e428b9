package io.drover.gateway.tunnel;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.drover.api.model.ClusterRegistrationToken;
import io.drover.api.plane.Resource;
import io.drover.api.plane.Watched;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Which cluster a registration token belongs to. Looked up by digest, so that a look-up's time tells nothing of a token. */
final class RegistrationTokens implements AutoCloseable {

    private final ConcurrentHashMap<String, String> clusters = new ConcurrentHashMap<>();
    private final AutoCloseable watch;

    RegistrationTokens(Watched<ClusterRegistrationToken> tokens) {
        this.watch = tokens.listen(new Watched.Listener<>() {
            @Override
            public void changed(
                    Optional<Resource<ClusterRegistrationToken>> before, Resource<ClusterRegistrationToken> after) {
                before.ifPresent(RegistrationTokens.this::remove);
                token(after).ifPresent(token -> clusters.put(digest(token), cluster(after)));
            }

            @Override
            public void deleted(Resource<ClusterRegistrationToken> last) {
                remove(last);
            }
        });
    }

    Optional<String> cluster(String token) {
        return Optional.ofNullable(clusters.get(digest(token)));
    }

    @Override
    public void close() throws Exception {
        watch.close();
    }

    private void remove(Resource<ClusterRegistrationToken> resource) {
        token(resource).ifPresent(token -> clusters.remove(digest(token)));
    }

    private static Optional<String> token(Resource<ClusterRegistrationToken> resource) {
        var status = resource.value().status();
        return status == null || status.token() == null || status.token().isEmpty()
                ? Optional.empty()
                : Optional.of(status.token());
    }

    private static String cluster(Resource<ClusterRegistrationToken> resource) {
        var spec = resource.value().spec();
        return spec != null && spec.clusterName() != null && !spec.clusterName().isEmpty()
                ? spec.clusterName()
                : resource.namespace().orElse("");
    }

    static String digest(String token) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
