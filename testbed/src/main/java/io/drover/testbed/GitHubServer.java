package io.drover.testbed;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A GitHub Enterprise server of one application and one person, octo, as far as GitHub's published description of its API goes. Browsers
 * that are sent to its page of authorization find a link there, by which octo says yes.
 */
public final class GitHubServer implements AutoCloseable {

    public static final String CLIENT = "client-1";
    public static final String SECRET = "client-canary";

    private static final String AUTHORIZE = "/login/oauth/authorize";

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final Map<String, String> limit = new ConcurrentHashMap<>();
    private final Set<String> tokens = ConcurrentHashMap.newKeySet();
    private final Map<String, String> challenges = new ConcurrentHashMap<>();
    private final AtomicInteger codes = new AtomicInteger();
    private final URI callback;
    private final HttpServer server;
    private volatile String nextPage = "";

    private GitHubServer(HttpServer server, URI callback) {
        this.server = server;
        this.callback = callback;
    }

    /** @param callback where browsers are sent back to, as the application was registered */
    public static GitHubServer start(URI callback) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
            GitHubServer github = new GitHubServer(server, callback);
            server.createContext("/", github::handle);
            server.start();
            return github;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** Those that came, as {@code METHOD path?query}. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /** From now on every request is one too many, and these headers say until when; an empty map ends that. */
    public void limit(Map<String, String> headers) {
        limit.clear();
        limit.putAll(headers);
    }

    /** Access tokens that were given out until now are good no more. */
    public void revokeTokens() {
        tokens.clear();
    }

    /** Where the second page of octo's organisations is said to be, in the place of where it is. */
    public void secondPage(String url) {
        nextPage = url;
    }

    /** What octo does in his browser that was sent to {@code there}: he says yes; answers where he is sent back to. */
    public URI agree(URI there) {
        Map<String, String> asked = form(there.getRawQuery());
        if (!CLIENT.equals(asked.get("client_id")) || !"S256".equals(asked.get("code_challenge_method"))) {
            throw new TestbedException("Not what an application asks for: " + there);
        }
        String code = "code-" + codes.incrementAndGet();
        challenges.put(code, asked.get("code_challenge"));
        return URI.create(callback + "?code=" + code + "&state=" + encoded(asked.get("state")));
    }

    private void handle(HttpExchange exchange) throws IOException {
        requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String path = exchange.getRequestURI().getPath();
        if (path.equals(AUTHORIZE)) {
            String back = agree(exchange.getRequestURI()).toString().replace("&", "&amp;");
            answer(exchange, 200, "text/html", "<!doctype html><a id=\"agree\" href=\"" + back + "\">Authorize</a>");
        } else if (!limit.isEmpty()) {
            limit.forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
            answer(exchange, 403, "{\"message\":\"API rate limit exceeded\"}");
        } else if (path.equals("/login/oauth/access_token")) {
            answer(exchange, 200, token(form(body)));
        } else {
            api(exchange, path.replaceFirst("^/api/v3", ""));
        }
    }

    private String token(Map<String, String> sent) {
        String challenge = challenges.remove(sent.getOrDefault("code", ""));
        if (!CLIENT.equals(sent.get("client_id")) || !SECRET.equals(sent.get("client_secret"))) {
            return "{\"error\":\"incorrect_client_credentials\"}";
        }
        if (challenge == null || !challenge.equals(sha256(sent.getOrDefault("code_verifier", "")))) {
            return "{\"error\":\"bad_verification_code\"}";
        }
        String token = "gho_canary" + tokens.size();
        tokens.add(token);
        return "{\"access_token\":\"" + token + "\",\"scope\":\"read:org\",\"token_type\":\"bearer\"}";
    }

    private void api(HttpExchange exchange, String path) throws IOException {
        String sent = exchange.getRequestHeaders().getFirst("Authorization");
        String application =
                "Basic " + Base64.getEncoder().encodeToString((CLIENT + ":" + SECRET).getBytes(StandardCharsets.UTF_8));
        boolean person = sent != null && tokens.contains(sent.replaceFirst("^Bearer ", ""));
        if (!person && !application.equals(sent)) {
            answer(exchange, 401, "{\"message\":\"Bad credentials\"}");
            return;
        }
        String query = exchange.getRequestURI().getQuery();
        switch (path) {
            case "/user" -> answer(
                    exchange, 200, "{\"id\":583231,\"login\":\"octo\",\"name\":\"Octo Cat\",\"type\":\"User\"}");
            case "/user/583231" -> answer(
                    exchange, 200, "{\"id\":583231,\"login\":\"octo\",\"name\":null,\"type\":\"User\"}");
            case "/user/orgs" -> organisations(exchange, query);
            case "/user/teams" -> answer(
                    exchange,
                    200,
                    "[{\"id\":7,\"name\":\"Core\",\"slug\":\"core\",\"organization\":{\"id\":1,\"login\":\"acme\"}}]");
            case "/search/users" -> answer(
                    exchange,
                    200,
                    "{\"total_count\":2,\"items\":[{\"id\":583231,\"login\":\"octo\",\"type\":\"User\"},{\"id\":9,\"login\":\"octonauts\",\"type\":\"Organization\"}]}");
            default -> answer(exchange, 404, "{\"message\":\"Not Found\"}");
        }
    }

    private void organisations(HttpExchange exchange, String query) throws IOException {
        if (query.contains("page=2")) {
            answer(exchange, 200, "[{\"id\":2,\"login\":\"umbrella\"}]");
            return;
        }
        String next = nextPage.isEmpty() ? "http://" + host() + "/api/v3/user/orgs?per_page=100&page=2" : nextPage;
        exchange.getResponseHeaders().set("Link", "<" + next + ">; rel=\"next\", <" + next + ">; rel=\"last\"");
        answer(exchange, 200, "[{\"id\":1,\"login\":\"acme\"}]");
    }

    private static void answer(HttpExchange exchange, int status, String json) throws IOException {
        answer(exchange, status, "application/json", json);
    }

    private static void answer(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type + "; charset=utf-8");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    /** The fields of a query or a form. */
    public static Map<String, String> form(String text) {
        Map<String, String> fields = new HashMap<>();
        for (String pair : text.split("&")) {
            String[] parts = pair.split("=", 2);
            fields.put(parts[0], parts.length == 1 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return fields;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String sha256(String text) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
