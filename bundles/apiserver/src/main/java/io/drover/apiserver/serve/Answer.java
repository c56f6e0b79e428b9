package io.drover.apiserver.serve;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What is answered, unless it is a watch. */
record Answer(int status, Map<String, String> headers, Iterator<ByteBuffer> parts) {

    private static final int MOST_CHARACTERS = 1_000;

    static final String JSON = "application/json";

    static Answer of(int status, String contentType, byte[] body) {
        return new Answer(
                status,
                Map.of(
                        "content-type",
                        contentType,
                        "content-length",
                        Integer.toString(body.length),
                        "cache-control",
                        "no-cache, private"),
                List.of(ByteBuffer.wrap(body)).iterator());
    }

    /** With one header more. */
    Answer with(String header, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(header, value);
        return new Answer(status, more, parts);
    }

    /** With warnings, as {@code kubectl} shows them. */
    Answer warning(List<String> warnings) {
        return warnings.isEmpty()
                ? this
                : with("warning", warnings.stream().map(Answer::quoted).collect(Collectors.joining(", ")));
    }

    private static String quoted(String warning) {
        StringBuilder text = new StringBuilder("299 - \"");
        for (int i = 0; i < Math.min(warning.length(), MOST_CHARACTERS); i++) {
            char c = warning.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\');
            }
            text.append(c < ' ' || c > '~' ? ' ' : c);
        }
        return text.append('"').toString();
    }

    static Answer streamed(int status, String contentType, Iterator<ByteBuffer> parts) {
        return new Answer(status, Map.of("content-type", contentType, "cache-control", "no-cache, private"), parts);
    }
}
