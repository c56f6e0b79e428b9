package io.drover.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.auth.AuthProviders;
import io.drover.api.kind.Field;
import io.drover.api.kind.Rest;
import io.drover.api.model.Token.TokenPrincipal;
import io.drover.api.model.User;
import io.drover.api.model.UserAttribute;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Resource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The people and groups we know of: users, under each of their principals, and groups that providers told of at a sign-in. */
final class Principals implements Store {

    private final ManagementPlane plane;
    private final AuthProviders providers;

    Principals(ManagementPlane plane, AuthProviders providers) {
        this.plane = plane;
        this.providers = providers;
    }

    /** How a principal is shown. */
    @Rest(type = "principal", plural = "principals", collectionMethods = "GET", resourceMethods = "GET")
    record Principal(
            String name,
            String loginName,
            @Field(nullable = false, defaultValue = "false") Boolean me,
            @Field(nullable = false, defaultValue = "false") Boolean memberOf,
            String principalType,
            String profilePicture,
            String profileURL,
            String provider,
            Map<String, String> extraInfo) {}

    @Override
    public List<ObjectNode> list() {
        Map<String, ObjectNode> byId = new LinkedHashMap<>();
        for (Resource<User> user : plane.watched(User.class).list()) {
            for (String principal : user.value().principalIds()) {
                if (!principal.startsWith("system://")) {
                    byId.put(principal, ofUser(principal, user.value()));
                }
            }
        }
        for (Resource<UserAttribute> attribute :
                plane.watched(UserAttribute.class).list()) {
            attribute.value().groupPrincipals().forEach((provider, groups) -> groups.items()
                    .forEach(group -> addGroup(byId, provider, group)));
        }
        return new ArrayList<>(byId.values());
    }

    private static ObjectNode ofUser(String id, User user) {
        String name = user.displayName() == null || user.displayName().isEmpty() ? user.username() : user.displayName();
        return principal(id, name, user.username(), "user", provider(id));
    }

    private static void addGroup(Map<String, ObjectNode> byId, String provider, TokenPrincipal group) {
        if (group.metadata() != null && group.metadata().name() != null) {
            String id = group.metadata().name();
            byId.putIfAbsent(id, principal(id, group.displayName(), group.loginName(), "group", provider));
        }
    }

    private static ObjectNode principal(String id, String name, String loginName, String type, String provider) {
        ObjectNode principal = JsonNodeFactory.instance.objectNode();
        principal.putObject("metadata").put("name", id).putNull("creationTimestamp");
        return principal
                .put("name", name)
                .put("loginName", loginName)
                .put("principalType", type)
                .put("provider", provider);
    }

    /** {@code local} of {@code local://u-abcde}, {@code github} of {@code github_user://1}. */
    private static String provider(String id) {
        return id.replaceFirst("://.*$", "").replaceFirst("_[a-z]+$", "");
    }

    @Override
    public Optional<ObjectNode> get(ObjectId id) {
        return list().stream()
                .filter(principal -> ObjectId.of(principal).name().equals(id.name()))
                .findFirst()
                .or(() -> providers.find(id.name()).map(Principals::written));
    }

    /** Whom the providers find, whether or not he was ever here. */
    List<ObjectNode> search(String text, Optional<Boolean> group) {
        return providers.search(text, group).stream().map(Principals::written).toList();
    }

    private static ObjectNode written(io.drover.api.auth.Principal found) {
        return principal(
                found.id(), found.displayName(), found.loginName(), found.group() ? "group" : "user", found.provider());
    }
}
