package io.drover.rest;

import io.drover.api.DroverException;
import io.drover.api.auth.SecondFactor;
import io.drover.api.model.User;
import io.drover.api.plane.ManagementPlane;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Takes one code only. */
final class FakeSecondFactor implements SecondFactor {

    static final String CODE = "123456";
    private static final String LABEL = "authn.management.cattle.io/second-factor";

    private final ManagementPlane plane;

    FakeSecondFactor(ManagementPlane plane) {
        this.plane = plane;
    }

    @Override
    public boolean isEnrolled(String userId) {
        return plane.objects(User.class)
                .get(userId)
                .flatMap(user -> user.label(LABEL))
                .isPresent();
    }

    @Override
    public Enrolment begin(String userId) {
        return new Enrolment("SEED", "otpauth://totp/Drover?secret=SEED");
    }

    @Override
    public List<String> confirm(String userId, String code) {
        require(code);
        label(userId, Map.of(LABEL, "totp"));
        return List.of("one", "two");
    }

    @Override
    public List<String> renewRecoveryCodes(String userId, String code) {
        require(code);
        return List.of("three", "four");
    }

    @Override
    public void remove(String userId, String code) {
        require(code);
        reset(userId);
    }

    @Override
    public void reset(String userId) {
        label(userId, Map.of());
    }

    private void label(String userId, Map<String, String> labels) {
        plane.objects(User.class)
                .edit(userId, user -> user.withMetadata(metadata -> metadata.setLabels(new HashMap<>(labels))));
    }

    private static void require(String code) {
        if (!code.equals(CODE)) {
            throw DroverException.invalid("InvalidOption", "code", "wrong");
        }
    }
}
