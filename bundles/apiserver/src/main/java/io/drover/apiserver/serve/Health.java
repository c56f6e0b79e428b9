package io.drover.apiserver.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.request.Request;
import io.drover.apiserver.store.Store;
import java.nio.charset.StandardCharsets;

/** {@code /version} and the health checks. */
final class Health {

    /** The Kubernetes API that is spoken. */
    private static final String MAJOR = "1";

    private static final String MINOR = "34";
    private static final String OLDEST_MINOR = "33";

    private final Store store;

    Health(Store store) {
        this.store = store;
    }

    Answer version() {
        ObjectNode version = Json.object()
                .put("major", MAJOR)
                .put("minor", MINOR)
                .put("emulationMajor", MAJOR)
                .put("emulationMinor", MINOR)
                .put("minCompatibilityMajor", MAJOR)
                .put("minCompatibilityMinor", OLDEST_MINOR)
                .put("gitVersion", "v" + MAJOR + "." + MINOR + ".0+drover")
                .put("gitCommit", "")
                .put("gitTreeState", "clean")
                .put("buildDate", "1970-01-01T00:00:00Z")
                .put("goVersion", "")
                .put("compiler", "java")
                .put("platform", "java/" + Runtime.version().feature());
        return Answer.of(200, Answer.JSON, Json.bytes(version));
    }

    Answer check(Request request) {
        String which = request.segments().get(0);
        boolean storeTakesWrites = !store.isRefusingWrites();
        boolean good = storeTakesWrites || which.equals("livez");
        StringBuilder text = new StringBuilder();
        if (request.isGiven("verbose") || !good) {
            text.append("[+]ping ok\n");
            text.append(storeTakesWrites ? "[+]store ok\n" : "[-]store failed: writes are refused\n");
            text.append(which).append(good ? " check passed\n" : " check failed\n");
        } else {
            text.append("ok");
        }
        return Answer.of(
                good ? 200 : 500, "text/plain; charset=utf-8", text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
