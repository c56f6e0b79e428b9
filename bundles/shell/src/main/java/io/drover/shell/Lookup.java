package io.drover.shell;

import io.drover.api.DroverException;
import io.drover.api.model.Cluster;
import io.drover.api.model.User;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Resource;
import java.util.List;
import java.util.function.Function;

/** Finds what a user names: by id, else by a name that only one has. */
public final class Lookup {

    private Lookup() {}

    public static Resource<Cluster> cluster(ManagementPlane plane, String nameOrId) {
        return find("cluster", nameOrId, plane.objects(Cluster.class).list(), cluster -> cluster.value()
                .spec()
                .displayName());
    }

    public static Resource<User> user(ManagementPlane plane, String nameOrId) {
        return find("user", nameOrId, plane.objects(User.class).list(), user -> user.value()
                .username());
    }

    private static <K extends Record> Resource<K> find(
            String what, String nameOrId, List<Resource<K>> all, Function<Resource<K>, String> name) {
        List<Resource<K>> byId =
                all.stream().filter(one -> one.name().equals(nameOrId)).toList();
        List<Resource<K>> found = byId.isEmpty()
                ? all.stream().filter(one -> nameOrId.equals(name.apply(one))).toList()
                : byId;
        if (found.isEmpty()) {
            throw DroverException.notFound("There is no " + what + " " + nameOrId);
        }
        if (found.size() > 1) {
            List<String> ids = found.stream().map(Resource::name).sorted().toList();
            throw DroverException.rejected(
                    found.size() + " " + what + "s are named " + nameOrId + ", so give the id: " + ids);
        }
        return found.get(0);
    }
}
