package io.drover.plugin.auth.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** An issuer that lies as a test tells it to. */
final class HostileIssuer implements AutoCloseable {

    static final String CLIENT = "drover";
    static final String NONCE = "nonce-1";

    // Finding a key takes long, so all issuers share them.
    static final RSAKey KEY = key("key-1");
    static final RSAKey ANOTHER_OF_THAT_NAME = key("key-1");
    static final RSAKey NEW_KEY = key("key-2");

    final List<String> requests = new CopyOnWriteArrayList<>();
    volatile RSAKey published = KEY;
    volatile RSAKey signing = published;
    volatile Function<String, String> metadata = Function.identity();
    volatile Function<JWTClaimsSet.Builder, String> idToken = this::signed;
    volatile Answer discovery = this::sendMetadata;
    volatile String userInfoSubject = "ann";

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    HostileIssuer() throws IOException {
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    private static RSAKey key(String id) {
        try {
            return new RSAKeyGenerator(2048).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        requests.add(exchange.getRequestURI().getPath());
        switch (exchange.getRequestURI().getPath()) {
            case "/.well-known/openid-configuration" -> discovery.to(exchange);
            case "/jwks" -> send(exchange, new JWKSet(published.toPublicJWK()).toString());
            case "/token" -> send(
                    exchange,
                    "{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"id_token\":\"" + idToken.apply(claims())
                            + "\"}");
            case "/me" -> send(
                    exchange, "{\"sub\":\"" + userInfoSubject + "\",\"picture\":null,\"groups\":[\"devs\"]}");
            default -> exchange.sendResponseHeaders(404, -1);
        }
        exchange.close();
    }

    private void sendMetadata(HttpExchange exchange) throws IOException {
        send(
                exchange,
                metadata.apply(
                        """
                        {"issuer":"ISSUER","authorization_endpoint":"ISSUER/auth","token_endpoint":"ISSUER/token",
                         "userinfo_endpoint":"ISSUER/me","jwks_uri":"ISSUER/jwks","response_types_supported":["code"],
                         "subject_types_supported":["public"],"id_token_signing_alg_values_supported":["RS256"]}"""
                                .replace("ISSUER", address())));
    }

    JWTClaimsSet.Builder claims() {
        Instant now = Instant.now();
        return new JWTClaimsSet.Builder()
                .issuer(address())
                .subject("ann")
                .audience(CLIENT)
                .claim("nonce", NONCE)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)));
    }

    String signed(JWTClaimsSet.Builder claims) {
        try {
            SignedJWT token = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .keyID(signing.getKeyID())
                            .build(),
                    claims.build());
            token.sign(new RSASSASigner(signing));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static String unsigned(JWTClaimsSet.Builder claims) {
        return new PlainJWT(claims.build()).serialize();
    }

    /** As if the public key, which everybody knows, were a secret. */
    String signedWithThePublicKey(JWTClaimsSet.Builder claims) {
        try {
            SignedJWT token = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.HS256)
                            .keyID(published.getKeyID())
                            .build(),
                    claims.build());
            token.sign(new MACSigner(published.toRSAPublicKey().getEncoded()));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static void send(HttpExchange exchange, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
