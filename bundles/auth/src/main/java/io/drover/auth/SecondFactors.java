package io.drover.auth;

import io.drover.api.DroverException;
import io.drover.api.RandomText;
import io.drover.api.auth.SecondFactor;
import io.drover.api.model.User;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Objects;
import io.drover.api.plane.Resource;
import io.drover.auth.MfaVault.Factor;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Second factors of local users: each code is taken once, and few wrong ones are. */
@Component(service = {SecondFactor.class, SecondFactors.class})
public final class SecondFactors implements SecondFactor {

    /** On users who have one in force. */
    static final String LABEL = "authn.management.cattle.io/second-factor";

    private static final Logger log = LoggerFactory.getLogger(SecondFactors.class);
    private static final String ISSUER = "Drover";
    private static final int WRONG_ONES_FREE = 5;
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(15);
    private static final Duration FORGOTTEN_AFTER = Duration.ofDays(1);
    private static final int RECOVERY_CODES = 10;
    private static final int RECOVERY_LETTERS = 16;
    private static final int LONGEST_CODE = 64;

    private final Objects<User> users;
    private final MfaVault vault;
    private final Clock clock;
    private final Attempts attempts;

    @Activate
    public SecondFactors(@Reference ManagementPlane plane) {
        this(plane, new SecretMfaVault(plane.client()), Clock.systemUTC());
    }

    SecondFactors(ManagementPlane plane, MfaVault vault, Clock clock) {
        this.users = plane.objects(User.class);
        this.vault = vault;
        this.clock = clock;
        this.attempts = new Attempts(clock, WRONG_ONES_FREE, LONGEST_PAUSE, FORGOTTEN_AFTER);
    }

    @Override
    public boolean isEnrolled(String userId) {
        return vault.read(userId).filter(Factor::isInForce).isPresent();
    }

    @Override
    public Enrolment begin(String userId) {
        User user = local(userId);
        String secret = Totp.newSecret();
        vault.change(userId, factor -> {
            if (factor.isInForce()) {
                throw DroverException.invalid("InvalidState", null, "A second factor is enrolled already");
            }
            return new Factor("", secret, 0, List.of());
        });
        String account = ISSUER + ":" + user.username();
        return new Enrolment(secret, "otpauth://totp/" + encoded(account) + "?secret=" + secret + "&issuer=" + ISSUER);
    }

    @Override
    public List<String> confirm(String userId, String code) {
        List<String> codes = newRecoveryCodes();
        spend(userId, factor -> {
            if (factor.pending().isEmpty()) {
                throw DroverException.invalid("InvalidState", null, "Begin the enrolment first");
            }
            OptionalLong step = Totp.step(factor.pending(), code.strip(), clock.instant(), 0);
            return new Factor(factor.pending(), "", step.orElseThrow(SecondFactors::wrong), hashes(codes));
        });
        show(userId, true);
        log.info("Second factor enrolled: user={}", userId);
        return codes;
    }

    @Override
    public List<String> renewRecoveryCodes(String userId, String code) {
        List<String> codes = newRecoveryCodes();
        spend(userId, factor -> {
            Factor spent = spent(factor, code);
            return new Factor(spent.secret(), "", spent.lastStep(), hashes(codes));
        });
        return codes;
    }

    @Override
    public void remove(String userId, String code) {
        prove(userId, code);
        reset(userId);
    }

    @Override
    public void reset(String userId) {
        forget(userId);
        show(userId, false);
        log.info("Second factor removed: user={}", userId);
    }

    /** For a user who is about to be gone. */
    void forget(String userId) {
        vault.forget(userId);
        attempts.succeeded(userId);
    }

    /** Takes a code, once. */
    void prove(String userId, String code) {
        spend(userId, factor -> spent(factor, code));
        // Should an enrolment have ended half-way.
        show(userId, true);
    }

    private void spend(String userId, UnaryOperator<Factor> change) {
        if (!attempts.isOpen(userId)) {
            throw wrong();
        }
        try {
            vault.change(userId, change);
        } catch (DroverException e) {
            if (isWrong(e)) {
                attempts.failed(userId);
                log.info("Wrong code of a second factor: user={}", userId);
            }
            throw e;
        }
        attempts.succeeded(userId);
    }

    private Factor spent(Factor factor, String code) {
        if (!factor.isInForce() || code.length() > LONGEST_CODE) {
            throw wrong();
        }
        OptionalLong step = Totp.step(factor.secret(), code.strip(), clock.instant(), factor.lastStep());
        if (step.isPresent()) {
            return new Factor(factor.secret(), factor.pending(), step.getAsLong(), factor.recovery());
        }
        String plain = code.replaceAll("[\\s-]", "").toLowerCase(Locale.ROOT);
        List<String> left = new ArrayList<>(factor.recovery());
        if (!left.removeIf(hash -> SecretHash.matches(hash, plain))) {
            throw wrong();
        }
        return new Factor(factor.secret(), factor.pending(), factor.lastStep(), left);
    }

    private User local(String userId) {
        User user = users.get(userId)
                .map(Resource::value)
                .orElseThrow(() -> DroverException.notFound("users \"" + userId + "\" not found"));
        if (user.username() == null || user.username().isEmpty()) {
            throw DroverException.invalid("InvalidState", null, "This user signs in elsewhere");
        }
        return user;
    }

    private void show(String userId, boolean enrolled) {
        users.edit(
                userId,
                user -> user.withMetadata(metadata -> {
                    Map<String, String> labels =
                            metadata.getLabels() == null ? new HashMap<>() : new HashMap<>(metadata.getLabels());
                    if (enrolled) {
                        labels.put(LABEL, "totp");
                    } else {
                        labels.remove(LABEL);
                    }
                    metadata.setLabels(labels);
                }));
    }

    private static List<String> newRecoveryCodes() {
        return Stream.generate(() -> RandomText.letters(RECOVERY_LETTERS).replaceAll("(.{4})(?!$)", "$1-"))
                .limit(RECOVERY_CODES)
                .toList();
    }

    private static List<String> hashes(List<String> codes) {
        return codes.stream().map(code -> SecretHash.of(code.replace("-", ""))).toList();
    }

    static boolean isWrong(DroverException e) {
        return e.code().filter("InvalidOption"::equals).isPresent();
    }

    private static DroverException wrong() {
        return DroverException.invalid(
                "InvalidOption", "code", "The code is wrong, was used, or comes too soon after wrong ones");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
