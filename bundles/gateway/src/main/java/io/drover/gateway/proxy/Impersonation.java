package io.drover.gateway.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.drover.api.DroverException;
import io.drover.api.auth.Authorizer;
import io.drover.api.auth.Caller;
import io.drover.api.auth.Decision;
import io.drover.api.auth.Question;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;

/** A caller who asks to act as somebody else ({@code kubectl --as}), and whether he may. */
final class Impersonation {

    private static final String PREFIX = "impersonate-";
    private static final String USER = "impersonate-user";
    private static final String GROUP = "impersonate-group";
    private static final String UID = "impersonate-uid";
    private static final String EXTRA = "impersonate-extra-";
    private static final String SERVICE_ACCOUNT = "system:serviceaccount:";
    private static final String AUTHENTICATION = "authentication.k8s.io";

    private Impersonation() {}

    static boolean isHeader(HttpField field) {
        return field.getLowerCaseName().startsWith(PREFIX);
    }

    /**
     * Whom the request is to be made as: the caller, or who he asks to be.
     *
     * @throws DroverException {@code DENIED} if he may not, {@code REJECTED} if the headers contradict each other
     */
    static Caller effective(Caller caller, HttpFields headers, Optional<Authorizer> authorizer) {
        List<String> users = new ArrayList<>(1);
        List<String> groups = new ArrayList<>(2);
        List<String> uids = new ArrayList<>(1);
        Map<String, List<String>> extra = new TreeMap<>();
        boolean asked = false;
        for (HttpField field : headers) {
            if (!isHeader(field)) {
                continue;
            }
            asked = true;
            String name = field.getLowerCaseName();
            if (name.equals(USER)) {
                users.add(field.getValue());
            } else if (name.equals(GROUP)) {
                groups.add(field.getValue());
            } else if (name.equals(UID)) {
                uids.add(field.getValue());
            } else if (name.startsWith(EXTRA) && name.length() > EXTRA.length()) {
                extra.computeIfAbsent(extraKey(name), key -> new ArrayList<>(1)).add(field.getValue());
            }
        }
        if (!asked) {
            return caller;
        }
        if (users.size() != 1 || users.get(0) == null || users.get(0).isEmpty()) {
            throw DroverException.rejected("impersonation needs exactly one Impersonate-User");
        }
        if (!uids.isEmpty()) {
            throw DroverException.rejected("Impersonate-Uid is not supported: users are known by their names");
        }
        var asker = new Asker(
                caller,
                authorizer.orElseThrow(
                        () -> DroverException.unavailable("Drover is starting: nobody can be impersonated yet")));
        String user = users.get(0);
        asker.user(user);
        groups.forEach(asker::group);
        extra.forEach(asker::extra);
        groups.add("system:authenticated");
        return new Caller(user, groups, extra, caller.token());
    }

    private static String extraKey(String header) {
        try {
            return URLDecoder.decode(header.substring(EXTRA.length()), UTF_8).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            throw DroverException.rejected("header " + header + " has a malformed name");
        }
    }

    private record Asker(Caller caller, Authorizer authorizer) {

        void user(String user) {
            if (user.equals(caller.userId())) {
                return;
            }
            if (user.startsWith(SERVICE_ACCOUNT)) {
                String[] parts = user.substring(SERVICE_ACCOUNT.length()).split(":", -1);
                if (parts.length != 2) {
                    throw DroverException.rejected(user + " is not system:serviceaccount:<namespace>:<name>");
                }
                require("", "serviceaccounts", parts[0], parts[1]);
            } else {
                require("", "users", "", user);
            }
        }

        void group(String group) {
            if (!caller.groups().contains(group)) {
                require("", "groups", "", group);
            }
        }

        void extra(String key, List<String> values) {
            for (String value : values) {
                if (!caller.extra().getOrDefault(key, List.of()).contains(value)) {
                    require(AUTHENTICATION, "userextras/" + key, "", value);
                }
            }
        }

        private void require(String group, String resource, String namespace, String name) {
            Decision decision =
                    authorizer.decide(caller, new Question("impersonate", group, resource, namespace, name));
            if (!decision.allowed()) {
                throw DroverException.denied(
                        "not allowed to impersonate " + resource + " \"" + name + "\": " + decision.reason());
            }
        }
    }
}
