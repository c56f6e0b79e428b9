package io.drover.apiserver.crash;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Plain HTTP to wherever the server is now. */
final class Api {

    static final String OBJECTS = "/api/v1/namespaces/n/configmaps";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private volatile String url = "";

    /** An answer that came whole. */
    record Answer(int status, JsonNode body) {
        String value() {
            return body.at("/data/v").asText();
        }

        long revision() {
            return body.at("/metadata/resourceVersion").asLong();
        }

        String uid() {
            return body.at("/metadata/uid").asText();
        }
    }

    void movedTo(String newUrl) {
        url = newUrl;
    }

    /** @throws ConnectException if it never reached the server; another exception says nothing about what the server did */
    Answer ask(String method, String path, String contentType, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(Duration.ofSeconds(20))
                .header("Content-Type", contentType)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        return new Answer(response.statusCode(), JSON.readTree(response.body()));
    }

    /** Events, a line each. */
    InputStream watch(long revision) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(url + OBJECTS + "?watch=true&resourceVersion=" + revision))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofInputStream()).body();
    }

    static JsonNode parse(String json) throws IOException {
        return JSON.readTree(json);
    }
}
