package io.drover.plugin.auth.oidc;

import com.nimbusds.jwt.JWTParser;
import com.nimbusds.openid.connect.sdk.claims.LogoutTokenClaimsSet;
import io.drover.api.DroverException;
import io.drover.api.Fault;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** The issuer's word that a session is over: taken once, and while it is fresh. */
final class LogoutTokens {

    private static final int LONGEST = 16 * 1024;
    private static final int MOST_REMEMBERED = 10_000;
    private static final Duration FRESH = Duration.ofMinutes(5);
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(1);

    private final Issuer issuer;
    private final Clock clock;

    /** When those that were taken are too old to be taken again. */
    private final Map<String, Instant> taken = new HashMap<>();

    LogoutTokens(Issuer issuer, Clock clock) {
        this.issuer = issuer;
        this.clock = clock;
    }

    /** @throws DroverException {@code REJECTED} if it can't be trusted, is old, or was taken before */
    LogoutTokenClaimsSet take(String text) {
        if (text.isEmpty() || text.length() > LONGEST) {
            throw DroverException.rejected("A logout token is expected");
        }
        try {
            LogoutTokenClaimsSet told = issuer.verifiedLogout(JWTParser.parse(text));
            Instant issued = told.getIssueTime().toInstant();
            Instant now = clock.instant();
            if (issued.isAfter(now.plus(CLOCK_SKEW)) || issued.isBefore(now.minus(FRESH))) {
                throw DroverException.rejected("The logout token is of another time");
            }
            if (!isFirst(told.getJWTID().getValue(), now)) {
                throw DroverException.rejected("The logout token came before");
            }
            return told;
        } catch (ParseException e) {
            throw new DroverException(Fault.REJECTED, "The logout token can't be read: " + e.getMessage(), e);
        }
    }

    private synchronized boolean isFirst(String id, Instant now) {
        taken.values().removeIf(now::isAfter);
        if (taken.size() >= MOST_REMEMBERED) {
            throw DroverException.unavailable("The issuer ends too many sessions at once; try again");
        }
        return taken.putIfAbsent(id, now.plus(FRESH).plus(CLOCK_SKEW)) == null;
    }
}
