package io.drover.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.DroverException;
import io.drover.api.auth.Authorizer;
import io.drover.api.auth.Decision;
import io.drover.api.auth.Question;
import io.drover.api.auth.Sessions;
import io.drover.api.kind.Field;
import io.drover.api.kind.RestType;
import io.drover.api.model.Token;
import io.drover.api.plane.ManagementPlane;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everybody has tokens of his own and sees no others, unless he manages tokens and says {@code ?all=true}. They are made and removed, not
 * changed.
 */
final class TokenHooks extends TypeHooks {

    static final String SESSION_COOKIE = "R_SESS";

    private static final String EVERYBODY = "*";
    private static final RestType REVOKED = RestType.of("revokeTokensOutput", RevokeTokensOutput.class);

    private final ManagementPlane plane;
    private final Sessions sessions;
    private final Authorizer authorizer;
    private final Clock clock;

    TokenHooks(ManagementPlane plane, Sessions sessions, Authorizer authorizer, Clock clock) {
        this.plane = plane;
        this.sessions = sessions;
        this.authorizer = authorizer;
        this.clock = clock;
    }

    /**
     * Which tokens are to be revoked; never the one that the request is made with.
     *
     * @param userId whose; the caller's own when it is missing, everybody's for {@code *}
     * @param sessionsOnly whether tokens that were made on purpose stay
     * @param createdBefore only older ones
     */
    record RevokeTokensInput(
            String userId,
            @Field(nullable = false, defaultValue = "false") Boolean sessionsOnly,
            @Field(type = "date") String createdBefore) {}

    /** @param tokens names of those that are gone */
    record RevokeTokensOutput(List<String> tokens) {}

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
        return listsOwnOnly(call) && !isOwn(call, stored);
    }

    @Override
    boolean listsOwnOnly(Call call) {
        return !"true".equals(call.query().getFirst("all")) || !mayDoToAll(call, "list");
    }

    private boolean mayDoToAll(Call call, String verb) {
        if (call.isAnonymous()) {
            return false;
        }
        Decision decision =
                authorizer.decide(call.caller(), new Question(verb, "management.cattle.io", "tokens", "", ""));
        call.decided(decision);
        return decision.allowed();
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
        call.caller().token().ifPresent(name -> stored.put(TokenStore.ASKED_WITH, name));
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
        Action.Condition known = (call, none) -> !call.isAnonymous();
        return Map.of(
                "logout",
                Action.of("", known, (call, none, input) -> logout(call)),
                "logoutAll",
                Action.of("", known, (call, none, input) -> logoutAll(call)),
                "revoke",
                Action.of(
                        RestType.of("revokeTokensInput", RevokeTokensInput.class), REVOKED.id(), known, this::revoke));
    }

    @Override
    Optional<ObjectId> concerned(Call call) {
        return call.caller().token().map(name -> new ObjectId("", name));
    }

    @Override
    List<RestType> outputs() {
        return List.of(REVOKED);
    }

    private Response revoke(Call call, ObjectNode none, ObjectNode input) {
        String own = call.caller().userId();
        String userId = input.path("userId").asText("").isEmpty()
                ? own
                : input.path("userId").asText();
        boolean allowed = userId.equals(own) || mayDoToAll(call, "delete");
        call.takeDecision().ifPresent(call.audited()::decided);
        if (!allowed) {
            throw Refusal.forbidden("You can revoke no tokens but your own");
        }
        List<String> revoked = sessions.revoke(new Sessions.Which(
                Optional.of(userId).filter(id -> !id.equals(EVERYBODY)),
                input.path("sessionsOnly").asBoolean(),
                createdBefore(input),
                call.caller().token()));
        revoked.forEach(name -> tellRevoked(call, name));
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("type", REVOKED.id()).put("baseType", REVOKED.id());
        revoked.forEach(answer.putArray("tokens")::add);
        return Response.ok(answer).build();
    }

    private static void tellRevoked(Call call, String name) {
        ObjectNode token = JsonNodeFactory.instance.objectNode();
        token.putObject("metadata").put("name", name);
        call.audited().changed(() -> token, () -> null);
    }

    private static Optional<Instant> createdBefore(ObjectNode input) {
        String text = input.path("createdBefore").asText("");
        try {
            return text.isEmpty() || text.equals("null") ? Optional.empty() : Optional.of(Instant.parse(text));
        } catch (DateTimeParseException e) {
            throw DroverException.invalid(
                    "InvalidDateFormat", "createdBefore", "A time such as 2026-05-01T12:00:00Z is expected");
        }
    }

    private Response logoutAll(Call call) {
        sessions.revoke(Sessions.Which.sessionsOf(call.caller().userId())
                        .keeping(call.caller().token()))
                .forEach(name -> tellRevoked(call, name));
        return logout(call);
    }

    private Response logout(Call call) {
        call.caller().token().ifPresent(plane.objects(Token.class)::delete);
        return Response.ok()
                .header(HttpHeaders.SET_COOKIE, expired(SESSION_COOKIE))
                .header(HttpHeaders.SET_COOKIE, expired("CSRF"))
                .build();
    }

    private static String expired(String cookie) {
        return cookie + "=; Path=/; Expires=Wed, 10 Feb 1982 23:00:00 GMT; Max-Age=0; HttpOnly; Secure; SameSite=Lax";
    }
}
