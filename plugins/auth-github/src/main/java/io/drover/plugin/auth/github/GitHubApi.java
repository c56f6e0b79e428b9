package io.drover.plugin.auth.github;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.net.OutboundHttp;
import io.drover.api.net.OutboundHttp.Answer;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** GitHub's REST API, and the two addresses of its OAuth. Once it says that we ask too much, it is left alone until the time it names. */
final class GitHubApi implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(8);
    private static final int LARGEST_ANSWER = 2 * 1024 * 1024;
    private static final int MOST_PAGES = 20;
    private static final Duration PAUSE_UNLESS_SAID = Duration.ofMinutes(1);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);
    private static final Pattern NEXT = Pattern.compile("<([^>]+)>;[^,]*rel=\"next\"");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.-]+(:\\d{1,5})?");

    private final String web;
    private final String api;
    private final String clientId;
    private final String clientSecret;
    private final OutboundHttp http;
    private volatile Instant limitedUntil = Instant.MIN;

    GitHubApi(GitHubConfig configuration) {
        String host = configuration.hostname().strip();
        if (!HOST.matcher(host).matches()) {
            throw DroverException.invalid("InvalidFormat", "hostname", "A host name is expected, without https://");
        }
        boolean own = !host.equalsIgnoreCase("github.com");
        this.web = (own && !configuration.tls() ? "http://" : "https://") + host;
        this.api = own ? web + "/api/v3" : "https://api.github.com";
        this.clientId = configuration.clientId();
        this.clientSecret = configuration.clientSecret();
        this.http = new OutboundHttp("", Set.of(host.replaceFirst(":\\d+$", "")), LONGEST_ANSWER, LARGEST_ANSWER);
    }

    @Override
    public void close() {
        http.close();
    }

    URI authorize(String state, String codeChallenge) {
        return URI.create(web
                + "/login/oauth/authorize?"
                + form(Map.of(
                        "client_id",
                        clientId,
                        "scope",
                        "read:org",
                        "state",
                        state,
                        "code_challenge",
                        codeChallenge,
                        "code_challenge_method",
                        "S256")));
    }

    /** The access token for a code; empty if the code is wrong or used up. */
    Optional<String> token(String code, String codeVerifier) {
        Answer answer = http.send(
                "POST",
                URI.create(web + "/login/oauth/access_token"),
                Map.of("Accept", "application/json", "Content-Type", "application/x-www-form-urlencoded"),
                form(Map.of(
                        "client_id",
                        clientId,
                        "client_secret",
                        clientSecret,
                        "code",
                        code,
                        "code_verifier",
                        codeVerifier)));
        JsonNode told = json(checked(answer));
        String error = told.path("error").asText("");
        if (!error.isEmpty() && !error.equals("bad_verification_code")) {
            throw DroverException.unavailable("GitHub refuses: " + error);
        }
        return Optional.of(told.path("access_token").asText("")).filter(token -> !token.isEmpty());
    }

    /**
     * What is there at a path.
     *
     * @param token whose rights count; empty = those of the application
     * @return empty if the token is good no more, or nothing is there
     */
    Optional<JsonNode> get(String path, Optional<String> token) {
        return ask(URI.create(api + path), token).map(GitHubApi::json);
    }

    /** All pages of a list. */
    Optional<List<JsonNode>> list(String path, Optional<String> token) {
        List<JsonNode> all = new ArrayList<>();
        URI address = URI.create(api + path);
        for (int page = 0; page < MOST_PAGES && address != null; page++) {
            Optional<Answer> answer = ask(address, token);
            if (answer.isEmpty()) {
                return Optional.empty();
            }
            json(answer.get()).forEach(all::add);
            address = next(answer.get()).orElse(null);
        }
        return Optional.of(all);
    }

    /** Pages of ours are all at the same host: one that leads elsewhere is not followed, and no token told there. */
    private Optional<URI> next(Answer answer) {
        Matcher matcher = NEXT.matcher(answer.header("link"));
        return matcher.find() && matcher.group(1).startsWith(api + "/")
                ? Optional.of(URI.create(matcher.group(1)))
                : Optional.empty();
    }

    private Optional<Answer> ask(URI address, Optional<String> token) {
        if (Instant.now().isBefore(limitedUntil)) {
            throw DroverException.unavailable("GitHub takes no more requests of ours until " + limitedUntil);
        }
        String application =
                Base64.getEncoder().encodeToString((clientId + ":" + clientSecret).getBytes(StandardCharsets.UTF_8));
        Answer answer = http.send(
                "GET",
                address,
                Map.of(
                        "Accept",
                        "application/vnd.github+json",
                        "X-GitHub-Api-Version",
                        "2022-11-28",
                        "User-Agent",
                        "Drover",
                        "Authorization",
                        token.map(value -> "Bearer " + value).orElse("Basic " + application)),
                "");
        return answer.status() == 401 || answer.status() == 404 ? Optional.empty() : Optional.of(checked(answer));
    }

    private Answer checked(Answer answer) {
        boolean limited = answer.status() == 429
                || answer.status() == 403
                        && (answer.header("x-ratelimit-remaining").equals("0")
                                || !answer.header("retry-after").isEmpty());
        if (limited) {
            limitedUntil = end(answer);
            throw DroverException.unavailable("GitHub takes no more requests of ours until " + limitedUntil);
        }
        if (answer.status() != 200) {
            throw DroverException.unavailable("GitHub answers with status " + answer.status());
        }
        return answer;
    }

    private static Instant end(Answer answer) {
        Instant now = Instant.now();
        Instant end = number(answer.header("retry-after"))
                .map(now::plusSeconds)
                .or(() -> number(answer.header("x-ratelimit-reset")).map(Instant::ofEpochSecond))
                .orElse(now.plus(PAUSE_UNLESS_SAID));
        return end.isAfter(now.plus(LONGEST_PAUSE)) ? now.plus(LONGEST_PAUSE) : end;
    }

    private static Optional<Long> number(String text) {
        return text.matches("\\d{1,12}") ? Optional.of(Long.parseLong(text)) : Optional.empty();
    }

    private static JsonNode json(Answer answer) {
        try {
            return JSON.readTree(answer.text());
        } catch (JsonProcessingException e) {
            throw new DroverException(Fault.UNAVAILABLE, "GitHub's answer can't be read", e);
        }
    }

    static String form(Map<String, String> fields) {
        return new TreeMap<>(fields)
                .entrySet().stream()
                        .map(field -> field.getKey() + "=" + encoded(field.getValue()))
                        .collect(Collectors.joining("&"));
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
