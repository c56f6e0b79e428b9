package io.drover.apiserver.access;

import java.util.List;

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

    static List<String> groups(String namespace) {
        return List.of("system:serviceaccounts", "system:serviceaccounts:" + namespace, "system:authenticated");
    }
}
