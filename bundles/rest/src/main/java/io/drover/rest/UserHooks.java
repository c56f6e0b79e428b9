package io.drover.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.DroverException;
import io.drover.api.RandomText;
import io.drover.api.auth.AuthProviders;
import io.drover.api.auth.Escalation;
import io.drover.api.auth.LoginNames;
import io.drover.api.auth.SecondFactor;
import io.drover.api.auth.SignIns;
import io.drover.api.kind.Field;
import io.drover.api.kind.RestType;
import io.drover.api.kind.Secret;
import io.drover.api.model.ClusterRoleTemplateBinding;
import io.drover.api.model.GlobalRole;
import io.drover.api.model.GlobalRoleBinding;
import io.drover.api.model.Setting;
import io.drover.api.model.User;
import io.drover.api.model.UserAttribute;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Resource;
import jakarta.ws.rs.core.Response;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Users have passwords, which never touch the stored object here, and everybody sees himself. */
final class UserHooks extends TypeHooks {

    private static final String SECOND_FACTOR = "authn.management.cattle.io/second-factor";
    private static final RestType ENROLMENT = RestType.of("mfaEnrolment", MfaEnrolment.class);
    private static final RestType RECOVERY_CODES = RestType.of("mfaRecoveryCodes", MfaRecoveryCodes.class);

    private final ManagementPlane plane;
    private final SignIns signIns;
    private final AuthProviders providers;
    private final SecondFactor secondFactor;
    private final Escalation escalation;
    private final Settings settings;
    private final Rights rights;
    private final Types types;
    private final Engine engine;

    UserHooks(
            ManagementPlane plane,
            SignIns signIns,
            SecondFactor secondFactor,
            AuthProviders providers,
            Escalation escalation,
            Settings settings,
            Rights rights,
            Types types,
            Engine engine) {
        this.plane = plane;
        this.signIns = signIns;
        this.providers = providers;
        this.secondFactor = secondFactor;
        this.escalation = escalation;
        this.settings = settings;
        this.rights = rights;
        this.types = types;
        this.engine = engine;
    }

    record ChangePasswordInput(
            @Field(type = "string", required = true) @Secret String currentPassword,
            @Field(type = "string", required = true) @Secret String newPassword) {}

    record MfaCodeInput(@Field(type = "string", required = true) @Secret String code) {}

    /**
     * What an authenticator is told.
     *
     * @param secret base 32
     * @param uri {@code otpauth://totp/…}, to be shown as a picture
     */
    record MfaEnrolment(@Field(type = "string") @Secret String secret, @Field(type = "string") @Secret String uri) {}

    /** @param codes told this once */
    record MfaRecoveryCodes(@Field(type = "array[string]") @Secret List<String> codes) {}

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
        String username = LoginNames.normal(resource.path("username").asText(""));
        String password = resource.path("password").asText("");
        checkName(username, "");
        resource.put("username", username);
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

    /** @param own id of the user who is to have the name; empty for a new one */
    private void checkName(String username, String own) {
        LoginNames.check(username);
        if (others(username, own).findAny().isPresent()) {
            throw DroverException.invalid("NotUnique", "username", "Username is already in use.");
        }
    }

    /** Those whose name or id would be taken for this name. */
    private Stream<Resource<User>> others(String username, String own) {
        return plane.objects(User.class).list().stream()
                .filter(user -> !user.name().equals(own))
                .filter(user ->
                        LoginNames.alike(username, user.value().username()) || LoginNames.alike(username, user.name()));
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
        String username = LoginNames.normal(resource.path("username").asText(""));
        if (!username.isEmpty() && !username.equals(stored.path("username").asText())) {
            checkName(username, id(stored.path("metadata")));
            resource.put("username", username);
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
            String name = "u-" + RandomText.letters(5);
            metadata.put("name", name).remove("generateName");
            stored.putArray("principalIds").add("local://" + name);
        }
    }

    @Override
    void created(Call call, ObjectNode resource, ObjectNode stored) {
        String id = id(stored.path("metadata"));
        try {
            requireAlone(id, stored);
            signIns.setPassword(
                    id,
                    resource.path("password").asText(),
                    resource.path("mustChangePassword").asBoolean());
        } catch (RuntimeException e) {
            plane.objects(User.class).delete(id);
            throw e;
        }
    }

    /** Of two that are made at the same time with one name none stays. */
    private void requireAlone(String id, ObjectNode stored) {
        if (others(stored.path("username").asText(), id).findAny().isPresent()) {
            throw DroverException.invalid("NotUnique", "username", "Username is already in use.");
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
                        this::setPassword),
                "resetmfa",
                Action.of(
                        "user",
                        (call, stored) -> stored.at("/metadata/labels").has(SECOND_FACTOR) && mayManage(call, stored),
                        this::resetMfa));
    }

    @Override
    Map<String, Action> collectionActions() {
        Action.Condition known = (call, none) -> !call.isAnonymous();
        RestType code = RestType.of("mfaCodeInput", MfaCodeInput.class);
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
                        RestType.of("changePasswordInput", ChangePasswordInput.class), "", known, this::changePassword),
                "enrolmfa",
                Action.of(ENROLMENT.id(), known, this::enrolMfa),
                "confirmmfa",
                Action.of(code, RECOVERY_CODES.id(), known, this::confirmMfa),
                "renewrecoverycodes",
                Action.of(code, RECOVERY_CODES.id(), known, this::renewRecoveryCodes),
                "removemfa",
                Action.of(code, "", known, this::removeMfa));
    }

    @Override
    Optional<ObjectId> concerned(Call call) {
        return call.isAnonymous()
                ? Optional.empty()
                : Optional.of(new ObjectId("", call.caller().userId()));
    }

    @Override
    List<RestType> outputs() {
        return List.of(ENROLMENT, RECOVERY_CODES);
    }

    /** Somebody's password is set by whoever manages users; one's own is changed by telling the old one. */
    private boolean mayManage(Call call, ObjectNode stored) {
        return rights.may(call, "update", types.own("user"), ObjectId.of(stored));
    }

    private Response setPassword(Call call, ObjectNode stored, ObjectNode input) {
        requireNoLess(call, id(stored.path("metadata")));
        signIns.setPassword(
                id(stored.path("metadata")),
                input.path("newPassword").asText(),
                false,
                call.caller().token());
        noLongerFirst();
        return Response.ok(engine.get(call, types.own("user"), id(stored.path("metadata"))))
                .build();
    }

    private Response changePassword(Call call, ObjectNode none, ObjectNode input) {
        String id = call.caller().userId();
        if (!signIns.passwordMatches(id, input.path("currentPassword").asText())) {
            throw Refusal.invalidBody("invalid current password");
        }
        signIns.setPassword(
                id, input.path("newPassword").asText(), false, call.caller().token());
        noLongerFirst();
        return Response.ok().build();
    }

    /** Whoever can sign in as somebody else has his rights, so they must not be more than his own. */
    private void requireNoLess(Call call, String userId) {
        if (userId.equals(call.caller().userId())) {
            return;
        }
        Set<String> names = namesOf(userId);
        plane.objects(GlobalRoleBinding.class).list().stream()
                .filter(binding ->
                        isOf(names, binding.value().userName(), binding.value().groupPrincipalName()))
                .flatMap(binding ->
                        plane.objects(GlobalRole.class).get(binding.value().globalRoleName()).stream())
                .forEach(role -> escalation.require(call.caller(), role.value().rules()));
        plane.objects(ClusterRoleTemplateBinding.class).list().stream()
                .map(Resource::value)
                .filter(binding ->
                        isOf(names, binding.userName(), binding.userPrincipalName(), binding.groupPrincipalName()))
                .forEach(binding ->
                        escalation.requireInCluster(call.caller(), binding.clusterName(), binding.roleTemplateName()));
    }

    /** What bindings may call a user: by his id, his principals, and those of groups that any provider told of. */
    private Set<String> namesOf(String userId) {
        Set<String> names = new HashSet<>(Set.of(userId));
        plane.objects(User.class)
                .get(userId)
                .ifPresent(user -> names.addAll(user.value().principalIds()));
        plane.objects(UserAttribute.class).get(userId).stream()
                .flatMap(told -> told.value().groupPrincipals().values().stream())
                .flatMap(groups -> groups.items().stream())
                .filter(group -> group.metadata() != null && group.metadata().name() != null)
                .forEach(group -> names.add(group.metadata().name()));
        return names;
    }

    private static boolean isOf(Set<String> names, String... subjects) {
        return Stream.of(subjects).anyMatch(subject -> subject != null && names.contains(subject));
    }

    private Response resetMfa(Call call, ObjectNode stored, ObjectNode input) {
        String id = id(stored.path("metadata"));
        requireNoLess(call, id);
        secondFactor.reset(id);
        return Response.ok(engine.get(call, types.own("user"), id)).build();
    }

    private Response enrolMfa(Call call, ObjectNode none, ObjectNode input) {
        SecondFactor.Enrolment enrolment = secondFactor.begin(call.caller().userId());
        ObjectNode answer = answer(ENROLMENT);
        return Response.ok(answer.put("secret", enrolment.secret()).put("uri", enrolment.uri()))
                .build();
    }

    private Response confirmMfa(Call call, ObjectNode none, ObjectNode input) {
        return codes(
                secondFactor.confirm(call.caller().userId(), input.path("code").asText()));
    }

    private Response renewRecoveryCodes(Call call, ObjectNode none, ObjectNode input) {
        return codes(secondFactor.renewRecoveryCodes(
                call.caller().userId(), input.path("code").asText()));
    }

    private Response removeMfa(Call call, ObjectNode none, ObjectNode input) {
        secondFactor.remove(call.caller().userId(), input.path("code").asText());
        return Response.ok().build();
    }

    private static Response codes(List<String> codes) {
        ObjectNode answer = answer(RECOVERY_CODES);
        codes.forEach(answer.putArray("codes")::add);
        return Response.ok(answer).build();
    }

    private static ObjectNode answer(RestType type) {
        return JsonNodeFactory.instance.objectNode().put("type", type.id()).put("baseType", type.id());
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

    private static String id(JsonNode metadata) {
        return metadata.path("name").asText();
    }
}
