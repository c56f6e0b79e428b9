package io.drover.apiserver.differential;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A request to be sent to both servers. In its file:
 *
 * <pre>
 * == what it is about
 * POST /api/v1/namespaces/a/configmaps     or GET, PUT, DELETE, PATCH, and APPLY, MERGE, JSON, STRATEGIC for a patch of that type
 * Accept: application/yaml                 headers, if any
 * &#64;until 200                               asks again until the status is that; the answer before counts for nothing
 * &#64;until /metadata/deletionTimestamp       asks again until the body holds that
 * &#64;keep uid /metadata/uid                 what the answer says there is {uid} in later requests of the file
 * &#64;pick /resources name=pods,events       of that array only the items with one of these values are compared
 * &#64;repeat 1000                            sends a list of that many of the body
 *
 * metadata: {name: x}                      body, YAML that is sent as JSON; sent as it is if there is a Content-Type
 * </pre>
 */
public record Exchange(
        String title,
        String method,
        String path,
        Map<String, String> headers,
        Map<String, String> directives,
        String body) {

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, String> PATCHES = Map.of(
            "APPLY", "application/apply-patch+yaml",
            "MERGE", "application/merge-patch+json",
            "JSON", "application/json-patch+json",
            "STRATEGIC", "application/strategic-merge-patch+json");

    /** All requests of a folder: each file's, in the order of the files' names. */
    public static Map<String, List<Exchange>> readAll(Path folder) throws IOException {
        Map<String, List<Exchange>> all = new LinkedHashMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".requests"))
                    .sorted()
                    .toList()) {
                String name = file.getFileName().toString().replace(".requests", "");
                List<Exchange> exchanges = new ArrayList<>();
                for (String part : ("\n" + Files.readString(file)).split("\n== ")) {
                    if (!part.isBlank() && !part.stripLeading().startsWith("#")) {
                        exchanges.add(read(name + ": ", part));
                    }
                }
                all.put(name, exchanges);
            }
        }
        return all;
    }

    private static Exchange read(String prefix, String part) throws JsonProcessingException {
        List<String> lines = part.lines().toList();
        String[] request = lines.get(1).strip().split(" ", 2);
        Map<String, String> headers = new LinkedHashMap<>();
        Map<String, String> directives = new LinkedHashMap<>();
        String patch = PATCHES.get(request[0]);
        if (patch != null) {
            headers.put("Content-Type", patch);
        }
        int i = 2;
        for (; i < lines.size() && !lines.get(i).isBlank(); i++) {
            String line = lines.get(i).strip();
            if (line.startsWith("@")) {
                String[] directive = line.split(" ", 2);
                directives.put(directive[0], directive[1]);
            } else {
                String[] header = line.split(": *", 2);
                headers.put(header[0], header[1]);
            }
        }
        String body = String.join("\n", lines.subList(Math.min(i + 1, lines.size()), lines.size()))
                .strip();
        boolean asItIs = body.isEmpty() || (patch == null && headers.containsKey("Content-Type"));
        if (!asItIs) {
            JsonNode value = YAML.readTree(body);
            String times = directives.get("@repeat");
            body = JSON.writeValueAsString(times == null ? value : Collections.nCopies(Integer.parseInt(times), value));
            headers.putIfAbsent("Content-Type", "application/json");
        }
        return new Exchange(
                prefix + lines.get(0).strip(),
                patch == null ? request[0] : "PATCH",
                request[1],
                headers,
                directives,
                body);
    }

    public Optional<String> directive(String name) {
        return Optional.ofNullable(directives.get(name));
    }
}
