package io.drover.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.kind.Field;
import io.drover.api.kind.RestType;
import io.drover.api.model.User;
import io.drover.api.plane.ManagementPlane;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Lists show who the caller is; others are found by searching. */
final class PrincipalHooks extends TypeHooks {

    private final ManagementPlane plane;
    private final Store principals;
    private final Rights rights;
    private final Types types;
    private final Engine engine;

    PrincipalHooks(ManagementPlane plane, Store principals, Rights rights, Types types, Engine engine) {
        this.plane = plane;
        this.principals = principals;
        this.rights = rights;
        this.types = types;
        this.engine = engine;
    }

    record SearchPrincipalsInput(
            @Field(required = true) String name, @Field(options = {"user", "group"}) String principalType) {}

    @Override
    boolean listsOwnOnly() {
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
                "search",
                Action.of(
                        RestType.of("searchPrincipalsInput", SearchPrincipalsInput.class),
                        "collection",
                        (call, none) -> !call.isAnonymous(),
                        this::search));
    }

    /** Exact matches come first: some clients take the first of many. */
    private Response search(Call call, ObjectNode none, ObjectNode input) {
        ServedType type = types.own("principal");
        String sought = input.path("name").asText("").toLowerCase(Locale.ROOT);
        String kind = input.path("principalType").asText("");
        boolean all = rights.mayListAll(call, type);
        List<ObjectNode> found = new ArrayList<>();
        for (ObjectNode principal : principals.list()) {
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
