package io.drover.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.DroverException;
import io.drover.api.auth.AuthProviders;
import io.drover.api.auth.SignIns;
import io.drover.api.kind.Field;
import io.drover.api.kind.RestType;
import io.drover.api.kind.Secret;
import io.drover.api.model.Setting;
import io.drover.api.model.User;
import io.drover.api.plane.ManagementPlane;
import jakarta.ws.rs.core.Response;
import java.security.SecureRandom;
import java.util.Map;

/** Users have passwords, which never touch the stored object here, and everybody sees himself. */
final class UserHooks extends TypeHooks {

    private static final String LETTERS = "bcdfghjklmnpqrstvwxz2456789";

    private final ManagementPlane plane;
    private final SignIns signIns;
    private final AuthProviders providers;
    private final Settings settings;
    private final Rights rights;
    private final Types types;
    private final Engine engine;
    private final SecureRandom random = new SecureRandom();

    UserHooks(
            ManagementPlane plane,
            SignIns signIns,
            AuthProviders providers,
            Settings settings,
            Rights rights,
            Types types,
            Engine engine) {
        this.plane = plane;
        this.signIns = signIns;
        this.providers = providers;
        this.settings = settings;
        this.rights = rights;
        this.types = types;
        this.engine = engine;
    }

    record ChangePasswordInput(
            @Field(type = "string", required = true) @Secret String currentPassword,
            @Field(type = "string", required = true) @Secret String newPassword) {}

    record SetPasswordInput(@Field(type = "string", required = true) @Secret String newPassword) {}

    @Override
    boolean isOwn(Call call, ObjectNode stored) {
        return id(stored.path("metadata")).equals(call.caller().userId());
    }

    @Override
    boolean isHidden(Call call, ObjectNode stored) {
        for (JsonNode principal : stored.path("principalIds")) {
            if (principal.asText().startsWith("system://")) {
                return true;
            }
        }
        return false;
    }

    @Override
    void checkCreate(Call call, ObjectNode resource) {
        String username = resource.path("username").asText("");
        String password = resource.path("password").asText("");
        if (username.isEmpty()) {
            throw DroverException.invalid("MissingRequired", "username", "invalid username");
        }
        if (isTaken(username)) {
            throw DroverException.invalid("NotUnique", "username", "Username is already in use.");
        }
        if (password.isEmpty()) {
            throw DroverException.invalid("MissingRequired", "password", "invalid password");
        }
        if (password.equals(username)) {
            throw Refusal.invalidBody("Password cannot be the same as username");
        }
        int shortest = shortestPassword();
        if (password.codePointCount(0, password.length()) < shortest) {
            throw Refusal.invalidBody("Password must be at least " + shortest + " characters");
        }
    }

    private boolean isTaken(String username) {
        return plane.objects(User.class).list().stream()
                .anyMatch(user -> username.equals(user.value().username()));
    }

    private int shortestPassword() {
        try {
            return Integer.parseInt(settings.of("password-min-length"));
        } catch (NumberFormatException unset) {
            return 12;
        }
    }

    @Override
    void checkUpdate(Call call, ObjectNode resource, ObjectNode stored) {
        if (isOwn(call, stored)
                && resource.path("enabled").isBoolean()
                && !resource.path("enabled").asBoolean()) {
            throw DroverException.invalid("InvalidAction", null, "You cannot deactivate yourself");
        }
        String username = resource.path("username").asText("");
        if (!username.isEmpty() && !username.equals(stored.path("username").asText()) && isTaken(username)) {
            throw DroverException.invalid("NotUnique", "username", "Username is already in use.");
        }
    }

    @Override
    void checkDelete(Call call, ObjectNode stored) {
        if (isOwn(call, stored)) {
            throw DroverException.invalid("InvalidAction", null, "You cannot delete yourself");
        }
    }

    /** The name is made here, because the principal contains it. */
    @Override
    void store(Call call, ObjectNode resource, ObjectNode stored) {
        stored.remove("password");
        ObjectNode metadata = (ObjectNode) stored.get("metadata");
        if (!metadata.has("uid") && !metadata.has("name")) {
            String name = "u-" + randomText(5);
            metadata.put("name", name).remove("generateName");
            stored.putArray("principalIds").add("local://" + name);
        }
    }

    @Override
    void created(Call call, ObjectNode resource, ObjectNode stored) {
        String id = id(stored.path("metadata"));
        try {
            signIns.setPassword(
                    id,
                    resource.path("password").asText(),
                    resource.path("mustChangePassword").asBoolean());
        } catch (RuntimeException e) {
            plane.objects(User.class).delete(id);
            throw e;
        }
    }

    @Override
    void show(Call call, ObjectNode stored, ObjectNode resource) {
        resource.put("me", isOwn(call, stored));
    }

    @Override
    Map<String, Action> actions() {
        return Map.of(
                "refreshauthprovideraccess",
                Action.of("", this::mayManage, (call, stored, none) -> {
                    providers.refresh(id(stored.path("metadata")));
                    return Response.ok().build();
                }),
                "setpassword",
                Action.of(
                        RestType.of("setPasswordInput", SetPasswordInput.class),
                        "user",
                        this::mayManage,
                        this::setPassword));
    }

    @Override
    Map<String, Action> collectionActions() {
        return Map.of(
                "refreshauthprovideraccess",
                Action.of(
                        "",
                        (call, none) -> rights.may(call, "update", types.own("user"), new ObjectId("", "")),
                        (call, stored, none) -> {
                            providers.refreshAll();
                            return Response.ok().build();
                        }),
                "changepassword",
                Action.of(
                        RestType.of("changePasswordInput", ChangePasswordInput.class),
                        "",
                        (call, none) -> !call.isAnonymous(),
                        this::changePassword));
    }

    /** Somebody's password is set by whoever manages users; one's own is changed by telling the old one. */
    private boolean mayManage(Call call, ObjectNode stored) {
        return rights.may(call, "update", types.own("user"), ObjectId.of(stored));
    }

    private Response setPassword(Call call, ObjectNode stored, ObjectNode input) {
        signIns.setPassword(
                id(stored.path("metadata")), input.path("newPassword").asText(), false);
        noLongerFirst();
        return Response.ok(engine.get(call, types.own("user"), id(stored.path("metadata"))))
                .build();
    }

    private Response changePassword(Call call, ObjectNode none, ObjectNode input) {
        String id = call.caller().userId();
        if (!signIns.passwordMatches(id, input.path("currentPassword").asText())) {
            throw Refusal.invalidBody("invalid current password");
        }
        signIns.setPassword(id, input.path("newPassword").asText(), false);
        noLongerFirst();
        return Response.ok().build();
    }

    private void noLongerFirst() {
        if (plane.objects(Setting.class).get("first-login").isPresent()) {
            plane.objects(Setting.class)
                    .edit(
                            "first-login",
                            setting -> setting.with(value ->
                                    new Setting("false", value.defaultValue(), value.customized(), value.source())));
        }
    }

    private String randomText(int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return text.toString();
    }

    private static String id(JsonNode metadata) {
        return metadata.path("name").asText();
    }
}
