package io.drover.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.auth.Authorizer;
import io.drover.api.auth.Decision;
import io.drover.api.auth.Question;
import io.drover.api.model.Token;
import io.drover.api.plane.ManagementPlane;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;

/** Everybody has tokens of his own and sees no others. They are made and removed, not changed. */
final class TokenHooks extends TypeHooks {

    static final String SESSION_COOKIE = "R_SESS";

    private final ManagementPlane plane;
    private final Authorizer authorizer;
    private final Clock clock;

    TokenHooks(ManagementPlane plane, Authorizer authorizer, Clock clock) {
        this.plane = plane;
        this.authorizer = authorizer;
        this.clock = clock;
    }

    @Override
    boolean anybodyMay(String verb) {
        return !verb.equals("update");
    }

    @Override
    boolean isOwn(Call call, ObjectNode stored) {
        return stored.path("userId").asText().equals(call.caller().userId());
    }

    @Override
    boolean isHidden(Call call, ObjectNode stored) {
        return !isOwn(call, stored);
    }

    @Override
    boolean listsOwnOnly() {
        return true;
    }

    @Override
    void checkCreate(Call call, ObjectNode resource) {
        if (call.isAnonymous()) {
            throw Refusal.methodNotSupported("POST");
        }
        String cluster = resource.path("clusterId").asText("");
        if (!cluster.isEmpty()) {
            Decision decision = authorizer.decide(call.caller(), Question.enterCluster(cluster));
            if (!decision.allowed()) {
                throw Refusal.forbidden(decision.reason());
            }
        }
    }

    @Override
    void checkChangeable(Call call, ObjectNode stored) {
        throw Refusal.notFound("no store found");
    }

    @Override
    void checkDelete(Call call, ObjectNode stored) {
        if (isCurrent(call, stored)) {
            throw Refusal.badRequest("Cannot delete the token that this request is made with: log out instead");
        }
    }

    @Override
    void store(Call call, ObjectNode resource, ObjectNode stored) {
        stored.put("userId", call.caller().userId());
    }

    @Override
    void show(Call call, ObjectNode stored, ObjectNode resource) {
        complete(stored, resource, clock);
        resource.put("current", isCurrent(call, stored));
    }

    /** What is computed of a token, whoever sees it. */
    static void complete(ObjectNode stored, ObjectNode resource, Clock clock) {
        String expiresAt = stored.path("expiresAt").asText("");
        resource.put("expiresAt", expiresAt);
        resource.put("expired", isPast(expiresAt, clock));
        resource.put("lastUpdateTime", stored.path("lastUpdateTime").asText(""));
        String principal = stored.at("/userPrincipal/metadata/name").asText("");
        if (principal.isEmpty()) {
            resource.putNull("userPrincipal");
        } else {
            resource.put("userPrincipal", principal);
        }
        if (stored.has(TokenStore.ISSUED)) {
            resource.put("token", stored.get(TokenStore.ISSUED).asText());
        }
    }

    private static boolean isPast(String time, Clock clock) {
        try {
            return !time.isEmpty() && !clock.instant().isBefore(Instant.parse(time));
        } catch (DateTimeParseException e) {
            return true;
        }
    }

    private static boolean isCurrent(Call call, ObjectNode stored) {
        String name = stored.path("metadata").path("name").asText();
        return call.caller().token().filter(name::equals).isPresent();
    }

    @Override
    Map<String, Action> collectionActions() {
        return Map.of("logout", Action.of("", (call, none) -> !call.isAnonymous(), this::logout));
    }

    private Response logout(Call call, ObjectNode none, ObjectNode input) {
        call.caller().token().ifPresent(plane.objects(Token.class)::delete);
        return Response.ok()
                .header(HttpHeaders.SET_COOKIE, expired(SESSION_COOKIE))
                .header(HttpHeaders.SET_COOKIE, expired("CSRF"))
                .build();
    }

    private static String expired(String cookie) {
        return cookie + "=; Path=/; Expires=Wed, 10 Feb 1982 23:00:00 GMT; Max-Age=0; HttpOnly; Secure";
    }
}
