package io.drover.auth;

import io.drover.api.auth.Sessions;
import io.drover.api.auth.TellsSessionEnds.EndedSession;
import io.drover.api.model.Token;
import io.drover.api.model.Token.TokenPrincipal.PrincipalMeta;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Objects;
import io.drover.api.plane.Resource;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Revokes tokens by deleting them; {@link RequestCallers} sees to what lives by them. */
@Component(service = {Sessions.class, TokenSessions.class})
public final class TokenSessions implements Sessions {

    private static final Logger log = LoggerFactory.getLogger(TokenSessions.class);
    private static final String SESSION = "session";

    private final Objects<Token> tokens;

    @Activate
    public TokenSessions(@Reference ManagementPlane plane) {
        this.tokens = plane.objects(Token.class);
    }

    @Override
    public List<String> revoke(Which which) {
        List<String> names = tokens.list().stream()
                .filter(token -> isMeant(which, token))
                .map(Resource::name)
                .toList();
        names.forEach(tokens::delete);
        if (!names.isEmpty()) {
            log.info(
                    "Tokens revoked: user={} count={} signedInOnly={} madeBefore={}",
                    which.userId().orElse("*"),
                    names.size(),
                    which.signedInOnly(),
                    which.madeBefore().map(Instant::toString).orElse(""));
        }
        return names;
    }

    /** Ends what somebody got by signing in through a provider, in the session that is over or in all. */
    List<String> revoke(String provider, EndedSession ended) {
        Optional<String> label = ended.session().map(session -> sessionLabel(provider, session));
        List<String> names = tokens.list().stream()
                .filter(token -> provider.equals(token.value().authProvider()) && isSignedIn(token))
                .filter(token -> label.isEmpty() || label.equals(token.label(Token.PROVIDER_SESSION_LABEL)))
                .filter(token ->
                        ended.principalId().isEmpty() || ended.principalId().equals(principal(token)))
                .map(Resource::name)
                .toList();
        names.forEach(tokens::delete);
        log.info("A provider ended sessions: provider={} count={}", provider, names.size());
        return names;
    }

    private static Optional<String> principal(Resource<Token> token) {
        return Optional.ofNullable(token.value().userPrincipal())
                .flatMap(principal -> Optional.ofNullable(principal.metadata()))
                .map(PrincipalMeta::name);
    }

    static String sessionLabel(String provider, String session) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest((provider + "/" + session).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, 40);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 belongs to every JDK", e);
        }
    }

    private static boolean isMeant(Which which, Resource<Token> token) {
        return which.userId().map(id -> id.equals(token.value().userId())).orElse(true)
                && (!which.signedInOnly() || isSignedIn(token))
                && which.madeBefore().map(limit -> isOlder(token, limit)).orElse(true)
                && !which.except().filter(token.name()::equals).isPresent();
    }

    static boolean isSession(Resource<Token> token) {
        return token.label(Token.KIND_LABEL).filter(SESSION::equals).isPresent();
    }

    private static boolean isSignedIn(Resource<Token> token) {
        return isSession(token)
                || token.label(Token.SIGNED_IN_LABEL).filter("true"::equals).isPresent();
    }

    /** What does not tell its age is taken for old. */
    private static boolean isOlder(Resource<Token> token, Instant limit) {
        try {
            String created = token.metadata().getCreationTimestamp();
            return created == null || Instant.parse(created).isBefore(limit);
        } catch (DateTimeParseException e) {
            return true;
        }
    }
}
