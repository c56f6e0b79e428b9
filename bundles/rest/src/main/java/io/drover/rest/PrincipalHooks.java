package io.drover.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.DroverException;
import io.drover.api.auth.AuthProviders;
import io.drover.api.kind.Field;
import io.drover.api.kind.RestType;
import io.drover.api.kind.Secret;
import io.drover.api.model.User;
import io.drover.api.plane.ManagementPlane;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Lists show who the caller is; others are found by searching. */
final class PrincipalHooks extends TypeHooks {

    private final ManagementPlane plane;
    private final Principals principals;
    private final AuthProviders providers;
    private final Rights rights;
    private final Types types;
    private final Engine engine;

    PrincipalHooks(
            ManagementPlane plane,
            Principals principals,
            AuthProviders providers,
            Rights rights,
            Types types,
            Engine engine) {
        this.plane = plane;
        this.principals = principals;
        this.providers = providers;
        this.rights = rights;
        this.types = types;
        this.engine = engine;
    }

    record SearchPrincipalsInput(
            @Field(required = true, nullable = false) String name,
            @Field(options = {"user", "group"}) String principalType) {}

    record LinkPrincipalInput(
            @Field(required = true) String provider,
            String username,
            @Secret String password,
            @Secret String code,
            String state,
            String iss) {}

    @Override
    boolean listsOwnOnly(Call call) {
        return true;
    }

    @Override
    boolean isOwn(Call call, ObjectNode stored) {
        return isMe(call, stored) || isGroupOf(call, stored);
    }

    private boolean isMe(Call call, ObjectNode stored) {
        String id = ObjectId.of(stored).name();
        String userId = call.caller().userId();
        return id.equals("local://" + userId)
                || plane.watched(User.class)
                        .get(userId)
                        .filter(user -> user.value().principalIds().contains(id))
                        .isPresent();
    }

    private static boolean isGroupOf(Call call, ObjectNode stored) {
        return call.caller().groups().contains(ObjectId.of(stored).name());
    }

    @Override
    void show(Call call, ObjectNode stored, ObjectNode resource) {
        resource.put("me", isMe(call, stored));
        resource.put("memberOf", isGroupOf(call, stored));
    }

    @Override
    Map<String, Action> collectionActions() {
        return Map.of(
                "link",
                Action.of(
                        RestType.of("linkPrincipalInput", LinkPrincipalInput.class),
                        "principal",
                        (call, none) -> !call.isAnonymous(),
                        this::link),
                "search",
                Action.of(
                        RestType.of("searchPrincipalsInput", SearchPrincipalsInput.class),
                        "collection",
                        (call, none) -> !call.isAnonymous(),
                        this::search));
    }

    /** Whoever proves that he is somebody elsewhere too is known by both from then on. */
    private Response link(Call call, ObjectNode none, ObjectNode input) {
        Map<String, String> credentials = new HashMap<>();
        for (String field :
                List.of("username", "password", AuthProviders.CODE, AuthProviders.STATE, AuthProviders.ISSUER)) {
            if (input.path(field).isTextual()) {
                credentials.put(field, input.path(field).asText());
            }
        }
        credentials.put(
                AuthProviders.BROWSER, BrowserCookie.sent(call.request()).orElse(""));
        String id = providers
                .link(
                        call.caller().userId(),
                        input.path("provider").asText(),
                        credentials,
                        call.request().getRemoteAddr())
                .orElseThrow(() -> DroverException.rejected("These credentials prove nobody"))
                .id();
        return Response.ok(engine.get(call, types.own("principal"), id)).build();
    }

    /** Exact matches come first: some clients take the first of many. */
    private Response search(Call call, ObjectNode none, ObjectNode input) {
        ServedType type = types.own("principal");
        String sought = input.path("name").asText("").toLowerCase(Locale.ROOT);
        String kind = input.path("principalType").asText("");
        boolean all = rights.mayListAll(call, type);
        Map<String, ObjectNode> known = new LinkedHashMap<>();
        principals.list().forEach(principal -> known.put(ObjectId.of(principal).name(), principal));
        List<ObjectNode> found = new ArrayList<>();
        if (all && !sought.isBlank()) {
            Optional<Boolean> group = kind.isEmpty() ? Optional.empty() : Optional.of(kind.equals("group"));
            for (ObjectNode principal : principals.search(input.path("name").asText(), group)) {
                if (!known.containsKey(ObjectId.of(principal).name())) {
                    found.add(principal);
                }
            }
        }
        for (ObjectNode principal : known.values()) {
            boolean rightKind = kind.isEmpty()
                    || kind.equals(principal.path("principalType").asText());
            boolean matches = names(principal).anyMatch(name -> name.startsWith(sought));
            if (rightKind && matches && (all || isOwn(call, principal))) {
                found.add(principal);
            }
        }
        found.sort(Comparator.comparing(principal -> names(principal).noneMatch(sought::equals)));
        String url = call.urls().collection(type);
        List<ObjectNode> shown = found.stream()
                .map(principal -> engine.show(call, type, principal))
                .toList();
        return Response.ok(engine.offering(call, type, url, new Listing(call, type.type(), url).inOrder(shown)))
                .build();
    }

    private static Stream<String> names(ObjectNode principal) {
        String id = ObjectId.of(principal).name();
        return Stream.of(
                        id,
                        id.replaceFirst("^.*://", ""),
                        principal.path("loginName").asText(""),
                        principal.path("name").asText(""))
                .filter(name -> !name.isEmpty())
                .map(name -> name.toLowerCase(Locale.ROOT));
    }
}
