package io.drover.itests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Secrets that were given to a server or by it, and the places where none of them may ever be read again. Whoever marks a new field as
 * secret plants one for it in {@link CanaryTest}, which fails until then; whoever brings a new place to look adds it here.
 */
final class Canaries {

    private final Map<String, String> secrets = new LinkedHashMap<>();
    private final Set<String> fields = new TreeSet<>();

    /**
     * Remembers a secret.
     *
     * @param what it is, for the failure's message
     * @param wereIn the fields that it was in, as {@link SecretField#toString} writes them
     */
    void plant(String what, String secret, String... wereIn) {
        assertThat(secret).as(what).hasSizeGreaterThan(10);
        secrets.put(what, secret);
        fields.addAll(List.of(wereIn));
    }

    /** Each of these fields has held one. */
    void assertEachHeldOne(List<SecretField> marked) {
        assertThat(marked).isNotEmpty();
        assertThat(marked)
                .extracting(SecretField::toString)
                .as("fields that are marked as secret, against those that this test has put one into")
                .containsExactlyInAnyOrderElementsOf(fields);
    }

    /** Reads every collection of both APIs that this caller may read, and each object in those of the first. */
    void assertNoneIsShownTo(Http caller) {
        JsonNode links = caller.get("/v3").json().path("links");
        assertThat(links.size()).isPositive();
        links.properties().forEach(link -> {
            String path = link.getValue().asText().replaceFirst("^https://[^/]*", "");
            assertNoneIn(path, caller.get(path).body());
            assertNoneIn(path + "?all=true", caller.get(path + "?all=true").body());
        });
        assertNoneIn("/v3/schemas", caller.get("/v3/schemas").body());
        String group = "/k8s/clusters/local/apis/management.cattle.io/v3";
        caller.get(group).json().path("resources").forEach(resource -> {
            String path = group + "/" + resource.path("name").asText();
            assertNoneIn(path, caller.get(path).body());
        });
    }

    void assertNoneIn(String where, String text) {
        secrets.forEach((what, secret) -> assertThat(text.contains(secret))
                .as(what + " is shown in " + where)
                .isFalse());
    }

    /** Looks into the logs and whatever else the server writes. */
    void assertNoneIsWrittenBy(DroverServer server) throws IOException {
        assertNoneIsIn(server.data());
    }

    void assertNoneIsIn(Path folder) throws IOException {
        for (Map.Entry<String, String> secret : secrets.entrySet()) {
            assertThat(FileSearch.containing(folder, secret.getValue()))
                    .as(secret.getKey())
                    .isEmpty();
        }
    }

    void assertNoneIsPrintedBy(DroverServer server, List<String> commands) {
        commands.forEach(
                command -> assertNoneIn(command, server.console(command).output()));
    }
}
