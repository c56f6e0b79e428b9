package io.drover.itests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drover.testbed.Chromium;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** One person's browser, which knows nothing of the others'. What he looks for is waited for. */
final class Browser implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    /** How WebDriver calls the reference of an element. */
    private static final String ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

    private final URI session;

    private Browser(URI session) {
        this.session = session;
    }

    static Browser open(Chromium chromium) {
        JsonNode opened = send(
                "POST",
                chromium.driver().resolve("/session"),
                Map.of(
                        "capabilities",
                        Map.of(
                                "alwaysMatch",
                                Map.of(
                                        "browserName",
                                        "chrome",
                                        "acceptInsecureCerts",
                                        true,
                                        "goog:chromeOptions",
                                        Map.of("binary", Chromium.binary(), "args", Chromium.ARGUMENTS)))));
        return new Browser(chromium.driver()
                .resolve("/session/" + opened.at("/value/sessionId").asText()));
    }

    void go(URI there) {
        ask("POST", "/url", Map.of("url", there.toString()));
    }

    URI address() {
        return URI.create(ask("GET", "/url", null).path("value").asText());
    }

    void click(String selector) {
        ask("POST", "/element/" + shown(selector) + "/click", Map.of());
    }

    void type(String selector, String text) {
        ask("POST", "/element/" + shown(selector) + "/value", Map.of("text", text));
    }

    void clear(String selector) {
        ask("POST", "/element/" + shown(selector) + "/clear", Map.of());
    }

    /** Chooses in a list, as whoever sees {@code text} there. */
    void choose(String selector, String text) {
        String list = shown(selector);
        Wait.until(text + " is offered", () -> !options(list, text).isEmpty());
        ask("POST", "/element/" + options(list, text).get(0) + "/click", Map.of());
    }

    private List<String> options(String list, String text) {
        return ask("POST", "/element/" + list + "/elements", using("xpath", ".//option[text()='" + text + "']"))
                .path("value")
                .findValuesAsText(ELEMENT);
    }

    /** Waits until the page shows these words. */
    void awaitText(String words) {
        try {
            Wait.until("the page shows \"" + words + "\"", () -> text().contains(words));
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; at " + address() + " it shows " + text(), e);
        }
    }

    String text() {
        return run("return document.body ? document.body.innerText : ''").asText();
    }

    JsonNode run(String script) {
        return ask("POST", "/execute/sync", Map.of("script", script, "args", List.of()))
                .path("value");
    }

    /** The element, once it is to be seen. */
    private String shown(String selector) {
        String[] found = {""};
        Wait.until("there is " + selector + " on " + address(), () -> {
            for (String element : ask("POST", "/elements", using("css selector", selector))
                    .path("value")
                    .findValuesAsText(ELEMENT)) {
                if (ask("GET", "/element/" + element + "/displayed", null)
                        .path("value")
                        .asBoolean()) {
                    found[0] = element;
                }
            }
            return !found[0].isEmpty();
        });
        return found[0];
    }

    private static Map<String, String> using(String strategy, String value) {
        return Map.of("using", strategy, "value", value);
    }

    private JsonNode ask(String method, String path, Object body) {
        return send(method, URI.create(session + path), body);
    }

    private static JsonNode send(String method, URI address, Object body) {
        try {
            HttpResponse<String> answer = CLIENT.send(
                    HttpRequest.newBuilder(address)
                            .timeout(Duration.ofMinutes(2))
                            .method(
                                    method,
                                    body == null
                                            ? BodyPublishers.noBody()
                                            : BodyPublishers.ofString(JSON.writeValueAsString(body)))
                            .build(),
                    BodyHandlers.ofString());
            JsonNode told = JSON.readTree(answer.body());
            boolean passing = told.at("/value/error").asText().equals("stale element reference");
            if (answer.statusCode() != 200 && !passing) {
                throw new AssertionError(method + " " + address + ": " + answer.body());
            }
            return told;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() {
        ask("DELETE", "", null);
    }
}
