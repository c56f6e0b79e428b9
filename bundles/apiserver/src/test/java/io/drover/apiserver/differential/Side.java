package io.drover.apiserver.differential;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPInputStream;

/** One of the two servers, and what its answers have given so far. */
public final class Side {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String url;
    private final HttpClient client;
    private final Map<String, String> kept = new HashMap<>();

    public Side(String url, HttpClient client) {
        this.url = url;
        this.client = client;
    }

    /**
     * @param status 0 of a server that hangs up, or does not end its answer
     * @param body JSON, an array of what a stream held, or a text
     */
    public record Answered(int status, Map<String, String> headers, JsonNode body) {

        /** @param wanted a status, or the pointer of something that the body has to hold */
        private boolean isWhat(String wanted) {
            return wanted.startsWith("/") ? !body.at(wanted).isMissingNode() : wanted.equals(Integer.toString(status));
        }
    }

    /** Forgets what was kept. */
    public void begin() {
        kept.clear();
    }

    public Answered ask(Exchange exchange) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Answered answered = once(exchange);
            boolean again = exchange.directive("@until")
                    .filter(wanted -> !answered.isWhat(wanted))
                    .isPresent();
            if (!again || System.nanoTime() - deadline > 0) {
                exchange.directive("@keep").ifPresent(keep -> {
                    String[] parts = keep.split(" ");
                    kept.put(parts[0], answered.body().at(parts[1]).asText());
                });
                return answered;
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    private String filled(String text) {
        String filled = text;
        for (Map.Entry<String, String> entry : kept.entrySet()) {
            filled = filled.replace("{" + entry.getKey() + "}", entry.getValue());
        }
        return filled;
    }

    private Answered once(Exchange exchange) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + filled(exchange.path())))
                .header("User-Agent", "differential/1.0")
                .method(exchange.method(), BodyPublishers.ofString(filled(exchange.body())));
        exchange.headers().forEach(request::header);
        HttpResponse<byte[]> response;
        try {
            // The request's own time is up when the answer begins.
            response = client.sendAsync(request.build(), BodyHandlers.ofByteArray())
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return new Answered(0, Map.of(), TextNode.valueOf("does not answer"));
        }
        Map<String, String> headers = new HashMap<>();
        response.headers().map().forEach((name, values) -> headers.put(name, String.join(", ", values)));
        byte[] body = response.body();
        if ("gzip".equals(headers.get("content-encoding"))) {
            try (InputStream plain = new GZIPInputStream(new ByteArrayInputStream(body))) {
                body = plain.readAllBytes();
            }
        }
        String type = headers.getOrDefault("content-type", "");
        return new Answered(
                response.statusCode(),
                headers,
                parsed(
                        body,
                        type.startsWith("application/json") || type.contains("+json"),
                        type.startsWith("application/yaml")));
    }

    private static JsonNode parsed(byte[] body, boolean json, boolean yaml) throws IOException {
        String text = new String(body, StandardCharsets.UTF_8);
        if (yaml) {
            return YAML.readTree(text);
        }
        if (!json || text.isBlank()) {
            return TextNode.valueOf(text);
        }
        ArrayNode all = JSON.createArrayNode();
        try (var values = JSON.readerFor(JsonNode.class).<JsonNode>readValues(text)) {
            values.forEachRemaining(all::add);
        } catch (JsonProcessingException | RuntimeException e) {
            return TextNode.valueOf("not JSON: " + text);
        }
        return all.size() == 1 && !text.startsWith("{\"type\":") ? all.get(0) : all;
    }
}
