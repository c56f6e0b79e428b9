package io.drover.api.plane;

import com.fasterxml.jackson.databind.JsonNode;
import io.drover.api.auth.Caller;
import io.drover.api.auth.Decision;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The embedded API server as its listener sees it: an OSGi service beneath {@code /k8s/clusters/local}, free of any HTTP library.
 * Where the management plane is another cluster, there is a {@link PlaneEndpoint} instead.
 *
 * <p>{@link #handle} returns at once; the answer comes on any thread.
 */
@ProviderType
public interface PlaneServer {

    /** The longest body that is read; a listener answers a longer one with 413 before it calls. */
    int MAX_BODY_BYTES = 3 * 1024 * 1024;

    void handle(Call call, Reply reply);

    /**
     * A request whose body has arrived.
     *
     * @param path raw, as it came, starting behind {@code /k8s/clusters/local}: {@code /api/v1/namespaces}
     * @param query raw, without the question mark; empty when there was none
     * @param headers names in lower case
     * @param body empty when there was none
     * @param caller whose rights count
     * @param remoteAddress textual IP address of the caller; empty within the process
     */
    record Call(
            String method,
            String path,
            String query,
            Map<String, List<String>> headers,
            ByteBuffer body,
            Caller caller,
            String remoteAddress) {}

    /** Where the answer goes: one {@code begin}, any number of {@code write}, one {@code end}. */
    @ConsumerType
    interface Reply {
        void begin(int status, Map<String, String> headers);

        /**
         * Sends a part of the body.
         *
         * @return completes once the receiver took it, and only then may the next be written; fails when the receiver is gone
         */
        CompletionStage<Void> write(ByteBuffer part);

        void end();

        /** Breaks the answer off, so that its receiver sees that it is not whole. */
        void abort(Throwable cause);

        /** What allowed the call, or why it is denied; told before {@link #begin}. */
        default void decided(Decision decision) {}

        /**
         * The call changed an object; told before {@link #begin}. The states are read later and must not change.
         *
         * @param before gives null if it is new
         * @param after gives null if it is gone
         */
        default void changed(Supplier<JsonNode> before, Supplier<JsonNode> after) {}

        /** Something that is to be noted in the call's audit; told before {@link #begin}. */
        default void annotated(String key, String value) {}

        /** Calls {@code gone} once, on any thread, if the receiver goes away before the end; at once if it has gone already. */
        void onGone(Runnable gone);
    }
}
