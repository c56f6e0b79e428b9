package io.drover.plugin.auth.ldap;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.directory.api.ldap.model.cursor.CursorException;
import org.apache.directory.api.ldap.model.cursor.SearchCursor;
import org.apache.directory.api.ldap.model.entry.Attribute;
import org.apache.directory.api.ldap.model.entry.Value;
import org.apache.directory.api.ldap.model.exception.LdapException;
import org.apache.directory.api.ldap.model.message.AliasDerefMode;
import org.apache.directory.api.ldap.model.message.BindRequest;
import org.apache.directory.api.ldap.model.message.BindRequestImpl;
import org.apache.directory.api.ldap.model.message.LdapResult;
import org.apache.directory.api.ldap.model.message.ResultCodeEnum;
import org.apache.directory.api.ldap.model.message.SearchRequest;
import org.apache.directory.api.ldap.model.message.SearchRequestImpl;
import org.apache.directory.api.ldap.model.message.SearchResultDone;
import org.apache.directory.api.ldap.model.message.SearchScope;
import org.apache.directory.api.ldap.model.message.controls.PagedResults;
import org.apache.directory.api.ldap.model.message.controls.PagedResultsImpl;
import org.apache.directory.api.ldap.model.name.Dn;
import org.apache.directory.ldap.client.api.LdapConnectionConfig;
import org.apache.directory.ldap.client.api.LdapNetworkConnection;

/**
 * A connection to the first server that answers. Referrals are not followed: where they lead to, nobody configured. A connection is for
 * one thread and for seconds, and all of its work together has a time limit.
 */
final class DirectoryConnection implements AutoCloseable {

    private static final Duration LONGEST = Duration.ofSeconds(25);
    private static final int PAGE = 500;

    /**
     * How Active Directory says why it takes no password: {@code … data 533, v2580}. That an account is locked (775) it says also of wrong
     * passwords, so that is not told: whoever locks accounts by guessing would learn which there are.
     */
    private static final Pattern REASON = Pattern.compile("data ([0-9a-f]{3,4})\\b");

    private static final Map<String, String> REASONS = Map.of(
            "530", "may not sign in at this time",
            "532", "has an expired password",
            "533", "is disabled",
            "701", "has expired",
            "773", "must change its password first");

    private final LdapNetworkConnection connection;
    private final int timeoutMillis;
    private final long end = System.nanoTime() + LONGEST.toNanos();

    private DirectoryConnection(LdapNetworkConnection connection, int timeoutMillis) {
        this.connection = connection;
        this.timeoutMillis = timeoutMillis;
    }

    /** @throws DroverException {@code UNAVAILABLE} if no server answers as it should */
    static DirectoryConnection open(DirectorySettings.Servers servers) {
        String reason = "";
        for (String host : servers.hosts()) {
            LdapNetworkConnection connection = new LdapNetworkConnection(config(host, servers));
            connection.setTimeOut(servers.timeoutMillis());
            try {
                connection.connect();
                if (servers.startTls()) {
                    connection.startTls();
                }
                return new DirectoryConnection(connection, servers.timeoutMillis());
            } catch (LdapException | RuntimeException e) {
                closeQuietly(connection);
                reason = host + " does not answer as it should: " + why(e);
            }
        }
        throw DroverException.unavailable("The directory can't be reached: " + reason);
    }

    private static LdapConnectionConfig config(String host, DirectorySettings.Servers servers) {
        LdapConnectionConfig config = new LdapConnectionConfig();
        config.setLdapHost(host);
        config.setLdapPort(servers.port());
        config.setUseSsl(servers.tls());
        config.setTimeout(servers.timeoutMillis());
        if (servers.tls() || servers.startTls()) {
            config.setTrustManagers(ServerCertificates.of(host, servers.certificate()));
            config.setEnabledProtocols("TLSv1.3", "TLSv1.2");
        }
        return config;
    }

    /**
     * @return false if name or password is wrong
     * @throws DroverException {@code DENIED} if the password is right and the account may not be used
     */
    boolean bind(String name, String password) {
        BindRequest request = new BindRequestImpl();
        request.setSimple(true);
        request.setName(name);
        request.setCredentials(password);
        LdapResult result;
        try {
            result = connection.bind(request).getLdapResult();
        } catch (LdapException e) {
            throw unavailable(e);
        }
        return switch (result.getResultCode()) {
            case SUCCESS -> true;
            case INVALID_CREDENTIALS -> {
                refuseKnownReason(result.getDiagnosticMessage());
                yield false;
            }
            case NO_SUCH_OBJECT, INAPPROPRIATE_AUTHENTICATION, INVALID_DN_SYNTAX -> false;
            default -> throw DroverException.unavailable("The directory refuses: " + told(result));
        };
    }

    private static void refuseKnownReason(String diagnostic) {
        Matcher matcher = REASON.matcher(diagnostic == null ? "" : diagnostic);
        if (matcher.find() && REASONS.containsKey(matcher.group(1))) {
            throw DroverException.denied("This account " + REASONS.get(matcher.group(1)));
        }
    }

    /** The entries below {@code base} that the filter finds, {@code limit} at most. */
    List<Entry> search(String base, String filter, String[] attributes, int limit) {
        return search(base, filter, SearchScope.SUBTREE, attributes, limit);
    }

    /** That entry, if it is there and the filter finds it. */
    Optional<Entry> read(String dn, String filter, String[] attributes) {
        return Dn.isValid(dn)
                ? search(dn, filter, SearchScope.OBJECT, attributes, 1).stream().findFirst()
                : Optional.empty();
    }

    private List<Entry> search(String base, String filter, SearchScope scope, String[] attributes, int limit) {
        List<Entry> found = new ArrayList<>();
        try {
            byte[] cookie = new byte[0];
            do {
                SearchRequest request = request(base, filter, scope, attributes);
                PagedResults page = new PagedResultsImpl();
                page.setSize(Math.min(PAGE, limit - found.size()));
                page.setCookie(cookie);
                page.setCritical(false);
                request.addControl(page);
                cookie = collect(request, found, limit);
            } while (cookie.length > 0 && found.size() < limit);
        } catch (LdapException | CursorException | IOException e) {
            throw unavailable(e);
        }
        return found;
    }

    private SearchRequest request(String base, String filter, SearchScope scope, String[] attributes)
            throws LdapException {
        SearchRequest request = new SearchRequestImpl();
        request.setBase(new Dn(base));
        request.setFilter(filter);
        request.setScope(scope);
        request.setDerefAliases(AliasDerefMode.NEVER_DEREF_ALIASES);
        request.setTimeLimit(Math.max(1, timeoutMillis / 1000));
        request.addAttributes(attributes);
        return request;
    }

    /** Reads one page; answers where the next begins, empty after the last. */
    private byte[] collect(SearchRequest request, List<Entry> found, int limit)
            throws LdapException, CursorException, IOException {
        try (SearchCursor cursor = connection.search(request)) {
            while (cursor.next()) {
                if (System.nanoTime() > end) {
                    throw DroverException.unavailable(
                            "The directory took longer than " + LONGEST.toSeconds() + " seconds");
                }
                if (cursor.isEntry() && found.size() < limit) {
                    found.add(entry(cursor.getEntry()));
                }
            }
            SearchResultDone done = cursor.getSearchResultDone();
            ResultCodeEnum code = done.getLdapResult().getResultCode();
            return switch (code) {
                case SUCCESS -> done.getControl(PagedResults.OID) instanceof PagedResults next
                                && next.getCookie() != null
                        ? next.getCookie()
                        : new byte[0];
                case SIZE_LIMIT_EXCEEDED, NO_SUCH_OBJECT -> new byte[0];
                default -> throw DroverException.unavailable("The directory refuses: " + told(done.getLdapResult()));
            };
        }
    }

    private static Entry entry(org.apache.directory.api.ldap.model.entry.Entry found) {
        Map<String, List<String>> attributes = new HashMap<>();
        for (Attribute attribute : found.getAttributes()) {
            List<String> values = new ArrayList<>();
            for (Value value : attribute) {
                values.add(value.getString());
            }
            attributes.put(attribute.getUpId().toLowerCase(Locale.ROOT), values);
        }
        return new Entry(found.getDn().getName(), attributes);
    }

    private static String told(LdapResult result) {
        String message = result.getDiagnosticMessage();
        return result.getResultCode().getMessage() + (message == null || message.isBlank() ? "" : ", " + message);
    }

    private static DroverException unavailable(Exception e) {
        return new DroverException(Fault.UNAVAILABLE, "The directory does not answer as it should: " + why(e), e);
    }

    private static String why(Throwable e) {
        Throwable deepest = e;
        while (deepest.getCause() != null && deepest.getCause() != deepest) {
            deepest = deepest.getCause();
        }
        return deepest.getMessage() == null ? deepest.getClass().getSimpleName() : deepest.getMessage();
    }

    @Override
    public void close() {
        closeQuietly(connection);
    }

    private static void closeQuietly(LdapNetworkConnection connection) {
        try {
            connection.close();
        } catch (RuntimeException e) {
            // It was of no use any more in any case.
        }
    }
}
