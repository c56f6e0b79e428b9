package io.drover.rest;

import io.drover.api.auth.Sessions;
import io.drover.api.model.Token;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Resource;
import java.util.ArrayList;
import java.util.List;

/** Revokes by user alone, and notes what it was asked for. */
final class FakeSessions implements Sessions {

    final List<Which> asked = new ArrayList<>();
    private final ManagementPlane plane;

    FakeSessions(ManagementPlane plane) {
        this.plane = plane;
    }

    @Override
    public List<String> revoke(Which which) {
        asked.add(which);
        List<String> names = plane.objects(Token.class).list().stream()
                .filter(token -> which.userId()
                        .map(id -> id.equals(token.value().userId()))
                        .orElse(true))
                .map(Resource::name)
                .filter(name -> !which.except().filter(name::equals).isPresent())
                .toList();
        names.forEach(plane.objects(Token.class)::delete);
        return names;
    }
}
