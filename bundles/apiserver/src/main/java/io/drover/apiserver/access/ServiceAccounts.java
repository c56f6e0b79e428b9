package io.drover.apiserver.access;

import io.drover.api.auth.Caller;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How service accounts are called as users. */
public final class ServiceAccounts {

    private static final String PREFIX = "system:serviceaccount:";

    private ServiceAccounts() {}

    public static String userName(String namespace, String name) {
        return PREFIX + namespace + ":" + name;
    }

    static boolean isOne(String userId) {
        return userId.startsWith(PREFIX);
    }

    /** Without a token. */
    public static Caller caller(String namespace, String name) {
        return new Caller(userName(namespace, name), groups(namespace), Map.of(), Optional.empty());
    }

    static List<String> groups(String namespace) {
        return List.of("system:serviceaccounts", "system:serviceaccounts:" + namespace, "system:authenticated");
    }
}
