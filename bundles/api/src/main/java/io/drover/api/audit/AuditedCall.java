package io.drover.api.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.drover.api.auth.Caller;
import io.drover.api.auth.Decision;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The record of one request while the request lasts. What is told of it is kept as it stands and put into words later, on another
 * thread, so telling costs next to nothing and values must not change afterwards.
 *
 * <p>Calls come from any thread, one after the other. After {@link #ended} they change nothing. What is told here is forgotten unless a
 * method says otherwise.
 */
@ProviderType
public interface AuditedCall {

    /** Request attribute under which the listener hands it to servlets. */
    String ATTRIBUTE = "io.drover.audit";

    /** Header that carries {@link #id} to a cluster, whose own audit then names it, and back to the caller. */
    String HEADER = "Audit-Id";

    /** Records nothing. */
    AuditedCall NONE = new UnrecordedCall("");

    /** A longer body is not kept. */
    int MAX_BODY_BYTES = 64 * 1024;

    /** What names the request here and in the cluster's own audit. */
    String id();

    /** Whose token it is. */
    default void caller(Caller caller) {}

    /** As whom the request is made, if that is somebody else. */
    default void actingAs(Caller caller) {}

    /** What allowed the request, or why it was denied. The last one counts. */
    default void decided(Decision decision) {}

    /** Somebody tries to sign in, with this name. */
    default void signsIn(String provider, String loginName) {}

    /** The cluster that this is about, where the path does not tell. */
    default void cluster(String clusterId) {}

    /**
     * An object was changed. Of a request that changes several their names are recorded, and not how they were.
     *
     * @param before gives null if it is new
     * @param after gives null if it is gone
     */
    default void changed(Supplier<JsonNode> before, Supplier<JsonNode> after) {}

    /** The fields of these names, in both bodies of this request, hold secrets. */
    default void secretFields(Set<String> names) {}

    /** Something that whoever looked at the request wants noted, such as an admission policy. The last of a key counts. */
    default void annotated(String key, String value) {}

    default boolean wantsRequestBody() {
        return false;
    }

    default boolean wantsResponseBody() {
        return false;
    }

    default void requestBody(Body body) {}

    default void responseBody(Body body) {}

    /** The answer began and will go on for long, as that of a watch: recorded now and again at its end. */
    default void started(int status) {}

    default void ended(int status) {}

    /**
     * A body as it went over the wire.
     *
     * @param bytes empty if it was longer than {@link #MAX_BODY_BYTES}
     * @param length of the whole, in bytes
     */
    record Body(String contentType, String contentEncoding, byte[] bytes, long length) {}

    /** A random id, in the form of a UUID. */
    static String newId() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long high = random.nextLong() & ~0xf000L | 0x4000L;
        long low = random.nextLong() & 0x3fff_ffff_ffff_ffffL | 0x8000_0000_0000_0000L;
        return new java.util.UUID(high, low).toString();
    }
}
