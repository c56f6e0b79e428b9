package io.drover.auth;

import io.drover.api.control.Outcome;
import io.drover.api.control.Reconciler;
import io.drover.api.model.Token;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Objects;
import io.drover.api.plane.Resource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Takes away tokens that expired some time ago; until then their owners see that they did. */
@Component(service = Reconciler.class)
public final class ExpiredTokens implements Reconciler<Token> {

    private static final Duration SHOWN = Duration.ofDays(1);
    private static final Duration LONGEST_TIMER = Duration.ofDays(30);

    private final Objects<Token> tokens;
    private final Clock clock;

    @Activate
    public ExpiredTokens(@Reference ManagementPlane plane) {
        this(plane, Clock.systemUTC());
    }

    ExpiredTokens(ManagementPlane plane, Clock clock) {
        this.tokens = plane.objects(Token.class);
        this.clock = clock;
    }

    @Override
    public Class<Token> kind() {
        return Token.class;
    }

    @Override
    public String condition(Resource<Token> token) {
        return "";
    }

    @Override
    public Outcome<Token> reconcile(Resource<Token> token) {
        Instant now = clock.instant();
        TokenState state = new TokenState(token);
        if (state.isExpired(now.minus(SHOWN))) {
            tokens.delete(token.name());
            return Outcome.done();
        }
        return state.expires()
                .map(at -> Duration.between(now, at).plus(SHOWN))
                .map(left -> left.compareTo(LONGEST_TIMER) < 0 ? left : LONGEST_TIMER)
                .map(left -> Outcome.<Token>done().lookAgainIn(left))
                .orElseGet(Outcome::done);
    }
}
