package io.drover.rest;

import io.drover.api.DroverException;
import io.drover.api.auth.RemoteSource;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Objects;
import io.drover.api.plane.Resource;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Programs on machines without a browser, as RFC 8628 has them: their users type a short code where they sign in. */
final class DeviceSignIns {

    private static final int MOST_OF_A_SOURCE = 20;
    private static final int MOST_IN_ALL = 1000;
    private static final int GUESSES_AT_ONCE = 20;
    private static final Duration BETWEEN_BEGINS = Duration.ofSeconds(10);
    private static final Duration BETWEEN_GUESSES = Duration.ofSeconds(5);
    private static final int CODE_LENGTH = 8;
    private static final String CODE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ";
    private static final Pattern RESPONSE_TYPE = Pattern.compile("kubeconfig(_[a-z0-9-]{1,63})?");
    private static final SecureRandom RANDOM = new SecureRandom();

    private final ManagementPlane plane;
    private final Objects<DeviceSignIn> waiting;
    private final Clock clock;
    private final Pace begins;
    private final Pace guesses;

    DeviceSignIns(ManagementPlane plane, Clock clock) {
        this.plane = plane;
        this.waiting = plane.objects(DeviceSignIn.class);
        this.clock = clock;
        this.begins = new Pace(clock, MOST_OF_A_SOURCE, BETWEEN_BEGINS);
        this.guesses = new Pace(clock, GUESSES_AT_ONCE, BETWEEN_GUESSES);
    }

    /**
     * What a program is told that waits.
     *
     * @param id under which it fetches its token
     * @param userCode for its user to type
     */
    record Begun(String id, String userCode, Instant until) {}

    Begun begin(String publicKey, String responseType, String address) {
        ProgramKey.of(publicKey);
        if (!RESPONSE_TYPE.matcher(responseType).matches()) {
            throw DroverException.invalid("InvalidFormat", "responseType", "kubeconfig is expected");
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        String source = RemoteSource.of(address);
        if (!begins.admits(source)) {
            throw Refusal.tooMany("Too many programs wait for somebody to sign in", BETWEEN_BEGINS);
        }
        makeRoom(now, source);
        Begun begun = new Begun(WaitingTokens.newId(), newCode(), now.plus(WaitingTokens.PATIENCE));
        waiting.create(Resource.named(
                WaitingTokens.NAMESPACE,
                name(begun.userCode()),
                new DeviceSignIn(
                        WaitingTokens.name(begun.id()),
                        publicKey,
                        responseType,
                        address,
                        source,
                        now.toString(),
                        begun.until().toString())));
        return begun;
    }

    private void makeRoom(Instant now, String source) {
        List<Resource<DeviceSignIn>> all = waiting.list(WaitingTokens.NAMESPACE);
        List<Resource<DeviceSignIn>> still = all.stream()
                .filter(one -> !WaitingTokens.isOver(one.value().waitsUntil(), now))
                .toList();
        all.stream()
                .filter(one -> !still.contains(one))
                .forEach(one -> waiting.delete(WaitingTokens.NAMESPACE, one.name()));
        long ofSource = still.stream()
                .filter(one -> one.value().source().equals(source))
                .count();
        if (ofSource >= MOST_OF_A_SOURCE || still.size() >= MOST_IN_ALL) {
            throw Refusal.tooMany("Too many programs wait for somebody to sign in", WaitingTokens.PATIENCE);
        }
    }

    /**
     * The program that waits under this code.
     *
     * @param userCode as somebody typed it, who may be guessing
     */
    DeviceSignIn require(String userCode, String address) {
        if (!guesses.admits(RemoteSource.of(address))) {
            throw Refusal.tooMany("Too many codes were tried", BETWEEN_GUESSES);
        }
        return waiting.get(WaitingTokens.NAMESPACE, name(userCode))
                .map(Resource::value)
                .filter(found -> !WaitingTokens.isOver(found.waitsUntil(), clock.instant()))
                .orElseThrow(() -> Refusal.notFound("no program waits under this code"));
    }

    /** Nobody signs in for this program again. */
    void remove(String userCode) {
        waiting.delete(WaitingTokens.NAMESPACE, name(userCode));
    }

    private static String name(String userCode) {
        String letters = userCode.toUpperCase(Locale.ROOT).replaceAll("[^A-Z]", "");
        return "device-" + HexFormat.of().formatHex(Settings.sha256(letters)).substring(0, 40);
    }

    private static String newCode() {
        StringBuilder code = new StringBuilder();
        for (int i = 0; i < CODE_LENGTH; i++) {
            code.append(CODE_LETTERS.charAt(RANDOM.nextInt(CODE_LETTERS.length())));
        }
        return code.insert(CODE_LENGTH / 2, '-').toString();
    }
}
