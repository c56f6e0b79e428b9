package io.drover.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A real OpenID Connect provider on this machine: the npm package oidc-provider, run by Node.js. Whoever types a name is that, and in the
 * groups that follow it, as in {@code ann+devs+staff}.
 */
public final class OpenIdProvider implements AutoCloseable {

    public static final String CLIENT = "drover";
    public static final String CLIENT_SECRET = "drover-client-canary";

    private static final List<String> FILES = List.of("package.json", "package-lock.json", "provider.mjs");
    private static final Pattern FORM = Pattern.compile("<form[^>]* action=\"([^\"]+)\"");
    private static final Pattern PROMPT = Pattern.compile("name=\"prompt\" value=\"([a-z]+)\"");
    private static final Pattern SIGN_OUT = Pattern.compile("name=\"xsrf\" value=\"([^\"]+)\"");
    private static final int MOST_STEPS = 20;

    private final Process process;
    private final Path output;
    private final URI issuer;
    private final URI redirect;
    private final Map<String, HttpClient> browsers = new ConcurrentHashMap<>();

    private OpenIdProvider(Process process, Path output, URI issuer, URI redirect) {
        this.process = process;
        this.output = output;
        this.issuer = issuer;
        this.redirect = redirect;
    }

    /** @param redirect where browsers are sent back to */
    public static OpenIdProvider start(URI redirect) {
        return start(redirect, Optional.empty());
    }

    /** @param told where the provider tells that somebody signed out there; whoever answers is not asked for a certificate */
    public static OpenIdProvider start(URI redirect, Optional<URI> told) {
        Path folder = Cache.folder("npm/oidc-provider-8.8.1-1", OpenIdProvider::install);
        try (ServerSocket socket = new ServerSocket(0)) {
            int port = socket.getLocalPort();
            socket.close();
            Path output = Files.createTempFile("drover-oidc", ".out");
            renewScript(folder);
            ProcessBuilder node = new ProcessBuilder(
                            program("node"),
                            folder.resolve("provider.mjs").toString(),
                            Integer.toString(port),
                            redirect.toString(),
                            told.map(URI::toString).orElse(""))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            node.environment().put("NODE_TLS_REJECT_UNAUTHORIZED", "0");
            Process process = node.start();
            OpenIdProvider provider =
                    new OpenIdProvider(process, output, URI.create("http://localhost:" + port), redirect);
            provider.awaitReady();
            return provider;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What was installed earlier may have an older one. */
    private static void renewScript(Path folder) throws IOException {
        Path written =
                Files.write(Files.createTempFile(folder, "provider", ".new"), Resources.read("oidc/provider.mjs"));
        Files.move(written, folder.resolve("provider.mjs"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void install(Path folder) throws IOException {
        for (String file : FILES) {
            Files.write(folder.resolve(file), Resources.read("oidc/" + file));
        }
        Progress.say("installing the npm package oidc-provider");
        Command.of(program("npm"), "ci", "--silent", "--ignore-scripts", "--no-audit", "--no-fund")
                .in(folder)
                .within(Duration.ofMinutes(5))
                .run();
    }

    private static String program(String name) {
        return Command.find(name)
                .orElseThrow(() -> new TestbedException("Node.js is needed, and there is no program " + name))
                .toString();
    }

    private void awaitReady() {
        try {
            Wait.until(Duration.ofSeconds(60), "the OpenID Connect provider answers", () -> {
                if (!process.isAlive()) {
                    throw new TestbedException("The OpenID Connect provider ended" + Command.ending(output));
                }
                return said("ready");
            });
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private boolean said(String word) {
        try {
            return Files.readString(output).contains(word);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public URI issuer() {
        return issuer;
    }

    /** Where browsers are sent. */
    public URI authorization() {
        return issuer.resolve("/auth");
    }

    /**
     * What somebody does in his browser who is sent to {@code there}: he types his name, agrees, and is sent back.
     *
     * @return where to
     */
    public URI signIn(URI there, String name) {
        HttpClient browser = HttpClient.newBuilder()
                .cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ALL))
                .build();
        browsers.put(name, browser);
        HttpRequest next = HttpRequest.newBuilder(there).build();
        for (int step = 0; step < MOST_STEPS; step++) {
            HttpResponse<String> answer = send(browser, next);
            if (answer.statusCode() / 100 == 3) {
                URI location = answer.uri()
                        .resolve(answer.headers().firstValue("Location").orElseThrow());
                if (location.toString().startsWith(redirect.toString())) {
                    return location;
                }
                next = HttpRequest.newBuilder(location).build();
            } else {
                next = filledIn(answer, name);
            }
        }
        throw new TestbedException("The sign-in at the provider did not end");
    }

    /** Somebody who signed in before signs out there, in the same browser. */
    public void signOut(String name) {
        HttpClient browser = browsers.remove(name);
        HttpResponse<String> page = send(
                browser, HttpRequest.newBuilder(issuer.resolve("/session/end")).build());
        Matcher secret = SIGN_OUT.matcher(page.body());
        if (!secret.find()) {
            throw new TestbedException("The provider answers " + page.statusCode() + ": " + page.body());
        }
        send(
                browser,
                HttpRequest.newBuilder(issuer.resolve("/session/end/confirm"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString("logout=yes&xsrf=" + secret.group(1)))
                        .build());
    }

    private static HttpRequest filledIn(HttpResponse<String> page, String name) {
        Matcher form = FORM.matcher(page.body());
        Matcher prompt = PROMPT.matcher(page.body());
        if (!form.find() || !prompt.find()) {
            throw new TestbedException("The provider answers " + page.statusCode() + ": " + page.body());
        }
        String fields =
                "prompt=" + prompt.group(1) + "&password=any&login=" + URLEncoder.encode(name, StandardCharsets.UTF_8);
        return HttpRequest.newBuilder(page.uri().resolve(form.group(1)))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(fields))
                .build();
    }

    private static HttpResponse<String> send(HttpClient browser, HttpRequest request) {
        try {
            return browser.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("Interrupted while signing in", e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
            Files.deleteIfExists(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
