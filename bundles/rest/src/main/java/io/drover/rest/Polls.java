package io.drover.rest;

import io.drover.api.auth.RemoteSource;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Programs that ask again and again whether their token is there: not too often, and from where. */
final class Polls {

    private static final int MOST_REMEMBERED = 10_000;
    private static final Duration BETWEEN_TWO = Duration.ofSeconds(1);
    private static final Duration BETWEEN_TWO_OF_A_SOURCE = Duration.ofMillis(50);
    private static final int AT_ONCE = 3;
    private static final int AT_ONCE_OF_A_SOURCE = 200;

    private final Pace ofRequest;
    private final Pace ofSource;
    private final Map<String, String> addresses = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    Polls(Clock clock) {
        this.ofRequest = new Pace(clock, AT_ONCE, BETWEEN_TWO);
        this.ofSource = new Pace(clock, AT_ONCE_OF_A_SOURCE, BETWEEN_TWO_OF_A_SOURCE);
    }

    /** Counts a poll, and refuses it if it is one too many. */
    void count(String requestId, String address) {
        if (!ofSource.admits(RemoteSource.of(address)) || !ofRequest.admits(WaitingTokens.name(requestId))) {
            throw Refusal.tooMany("Ask less often", Duration.ofSeconds(5));
        }
        synchronized (addresses) {
            addresses.put(WaitingTokens.name(requestId), address);
        }
    }

    /** Where it was asked from last, if it was here. */
    Optional<String> address(String requestId) {
        synchronized (addresses) {
            return Optional.ofNullable(addresses.get(WaitingTokens.name(requestId)));
        }
    }
}
