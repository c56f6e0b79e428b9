package io.drover.apiserver.differential;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The differences that are meant to be, each with its reason. A star in a title or place stands for anything. */
public final class Intended {

    private record Entry(String text, Pattern pattern) {}

    private final List<Entry> entries = new ArrayList<>();
    private final Set<String> unused = new LinkedHashSet<>();

    public static Intended read(Path file) throws IOException {
        Intended intended = new Intended();
        for (JsonNode group : new ObjectMapper(new YAMLFactory()).readTree(file.toFile())) {
            if (group.path("because").asText().isBlank()) {
                throw new IllegalArgumentException("an intended difference needs a reason: " + group);
            }
            for (JsonNode at : group.path("at")) {
                String pattern = Arrays.stream(at.asText().split("\\*", -1))
                        .map(Pattern::quote)
                        .collect(Collectors.joining(".*"));
                intended.entries.add(new Entry(at.asText(), Pattern.compile(pattern)));
                intended.unused.add(at.asText());
            }
        }
        return intended;
    }

    /** @param difference as {@link Comparison} tells it */
    public boolean covers(String difference) {
        String place = difference.substring(0, difference.indexOf(" :: ", difference.indexOf(" :: ") + 4));
        boolean covered = false;
        for (Entry entry : entries) {
            if (entry.pattern().matcher(place).matches()) {
                unused.remove(entry.text());
                covered = true;
            }
        }
        return covered;
    }

    /** What is listed and did not occur. */
    public Set<String> unused() {
        return unused;
    }
}
