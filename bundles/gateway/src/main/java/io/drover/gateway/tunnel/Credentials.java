package io.drover.gateway.tunnel;

import java.util.Optional;
import java.util.function.Consumer;

/** Drover's own tokens in the clusters. */
public interface Credentials extends AutoCloseable {

    /** The token kept under that name. */
    Optional<String> token(String secretName);

    /** @param listener told the name of a token that has changed or gone; must return quickly */
    AutoCloseable listen(Consumer<String> listener);

    /**
     * Stores an agent's token. Blocks.
     *
     * @return the name it is kept under
     */
    String store(String clusterId, String clusterUid, String token);

    @Override
    void close();
}
