package io.drover.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.DroverException;
import io.drover.api.RandomText;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Objects;
import io.drover.api.plane.Resource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Tokens for programs whose users sign in in their browser. Such a program makes a key; what waits for it only it can read, and only who
 * knows the id can fetch it. The id is chosen by whoever must not be mistaken:
 *
 * <ul>
 *   <li>a program that listens on the browser's own machine is told a new id through that browser, so whoever made somebody else sign
 *       in by a link never learns it;
 *   <li>a program elsewhere asks for an id and a short code before, and the code is typed by whoever signs in ({@link DeviceSignIns});
 *   <li>existing clients choose the id themselves and send their user to a link with it.
 * </ul>
 */
final class WaitingTokens {

    static final String NAMESPACE = "cattle-global-data";
    static final Duration PATIENCE = Duration.ofMinutes(15);

    private static final Pattern REQUEST = Pattern.compile("[A-Za-z0-9_-]{16,64}");
    private static final int ID_LENGTH = 43;

    private final ManagementPlane plane;
    private final Objects<SamlToken> tokens;
    private final Clock clock;

    WaitingTokens(ManagementPlane plane, Clock clock) {
        this.plane = plane;
        this.tokens = plane.objects(SamlToken.class);
        this.clock = clock;
    }

    /**
     * Who is to have the token of a sign-in.
     *
     * @param id told to the page on which somebody signs in
     * @param name of the object in which the token waits
     */
    record Request(String id, String name, ProgramKey key) {}

    /** What a sign-in says of the program that waits for it; empty when the token is for whoever signs in. */
    static Optional<Request> requested(ObjectNode body) {
        String id = body.path("requestId").asText("");
        String key = body.path("publicKey").asText("");
        if (id.isEmpty() && key.isEmpty()) {
            return Optional.empty();
        }
        if (!id.isEmpty() && !REQUEST.matcher(id).matches()) {
            throw DroverException.invalid("InvalidFormat", "requestId", "16 to 64 letters and digits are expected");
        }
        String known = id.isEmpty() ? newId() : id;
        return Optional.of(new Request(known, name(known), ProgramKey.of(key)));
    }

    static String newId() {
        return RandomText.letters(ID_LENGTH);
    }

    void put(Request request, String token, String expiresAt) {
        Instant now = clock.instant();
        plane.watched(SamlToken.class).list().stream()
                .filter(waiting -> isOver(waiting.value().waitsUntil(), now))
                .forEach(waiting -> tokens.delete(NAMESPACE, waiting.name()));
        tokens.create(Resource.named(
                NAMESPACE,
                request.name(),
                new SamlToken(
                        request.key().seal(token),
                        expiresAt,
                        now.plus(PATIENCE).truncatedTo(ChronoUnit.SECONDS).toString())));
    }

    /** From memory, too: should two sign in for one request at the same moment, the second finds out when his token is put there. */
    boolean isTaken(Request request) {
        return find(request.name()).isPresent();
    }

    /** Answers from memory, so that nobody who asks often costs more than that. */
    Optional<Resource<SamlToken>> get(String requestId) {
        return find(name(requestId));
    }

    private Optional<Resource<SamlToken>> find(String name) {
        return plane.watched(SamlToken.class)
                .get(NAMESPACE, name)
                .filter(waiting -> !isOver(waiting.value().waitsUntil(), clock.instant()));
    }

    void remove(String requestId) {
        get(requestId).ifPresent(waiting -> tokens.delete(NAMESPACE, waiting.name()));
    }

    static boolean isOver(String until, Instant now) {
        return !now.isBefore(Instant.parse(until));
    }

    static String name(String requestId) {
        return "sign-in-" + HexFormat.of().formatHex(Settings.sha256(requestId)).substring(0, 40);
    }
}
