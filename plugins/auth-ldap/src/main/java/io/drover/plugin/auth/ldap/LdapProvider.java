package io.drover.plugin.auth.ldap;

import io.drover.api.DroverException;
import io.drover.api.auth.AccessRefresh;
import io.drover.api.auth.Principal;
import io.drover.api.auth.PrincipalDirectory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** People and groups of a directory. Whoever signs in is looked up with the service account, then proves himself with his own password. */
final class LdapProvider implements PrincipalDirectory, AccessRefresh {

    private static final int MOST_GROUPS = 5000;
    private static final int DEEPEST_NESTING = 20;
    private static final int MEMBERS_ASKED_AT_ONCE = 50;
    private static final int LONGEST_NAME = 1024;
    private static final Set<String> DISTINGUISHED_NAME = Set.of("entrydn", "distinguishedname", "dn", "");

    private final String type;
    private final DirectorySettings settings;

    LdapProvider(String type, DirectorySettings settings) {
        this.type = type;
        this.settings = settings;
    }

    @Override
    public String name() {
        return settings.provider();
    }

    @Override
    public String type() {
        return type;
    }

    @Override
    public Map<String, String> shown() {
        return settings.loginDomain().isEmpty() ? Map.of() : Map.of("defaultLoginDomain", settings.loginDomain());
    }

    @Override
    public Optional<SignedIn> signIn(Map<String, String> credentials) {
        String username = credentials.getOrDefault("username", "").strip();
        String password = credentials.getOrDefault("password", "");
        // A directory takes a bind without a password for one of nobody, and says yes.
        if (username.isEmpty() || password.isEmpty() || username.length() > LONGEST_NAME) {
            return Optional.empty();
        }
        try (DirectoryConnection directory = asServiceAccount()) {
            List<Entry> found =
                    directory.search(settings.people().base(), personNamed(username), personAttributes(), 2);
            // For somebody who is not there the same is done, so that the time it takes tells nothing.
            Entry person = found.size() == 1 ? found.get(0) : nobody();
            if (!proves(person, password) || found.size() != 1) {
                return Optional.empty();
            }
            if (isDisabled(person)) {
                throw DroverException.denied("This account is disabled in the directory");
            }
            return Optional.of(signedIn(directory, person));
        }
    }

    private Entry nobody() {
        return new Entry("cn=nobody," + settings.people().base(), Map.of());
    }

    private boolean proves(Entry person, String password) {
        try (DirectoryConnection own = DirectoryConnection.open(settings.servers())) {
            return own.bind(person.dn(), password);
        }
    }

    private DirectoryConnection asServiceAccount() {
        DirectoryConnection directory = DirectoryConnection.open(settings.servers());
        try {
            if (settings.accountPassword().isEmpty()
                    || !directory.bind(settings.account(), settings.accountPassword())) {
                throw DroverException.unavailable("The directory does not take the service account's password");
            }
            return directory;
        } catch (RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    private String personNamed(String username) {
        DirectorySettings.People people = settings.people();
        List<String> names = new ArrayList<>();
        if (people.byPrincipalName()) {
            names.add(Filter.equal(people.loginAttribute(), LoginName.withoutDomain(username)));
            names.add(Filter.equal("userPrincipalName", username));
        } else {
            names.add(Filter.equal(people.loginAttribute(), username));
        }
        return person(Filter.any(names));
    }

    private String person(String condition) {
        return Filter.and(
                Filter.equal("objectClass", settings.people().objectClass()),
                condition,
                Filter.written(settings.people().filter()));
    }

    private String group(String condition) {
        return Filter.and(
                Filter.equal("objectClass", settings.groups().objectClass()),
                condition,
                Filter.written(settings.groups().filter()));
    }

    private String[] personAttributes() {
        DirectorySettings.People people = settings.people();
        return Stream.concat(
                        Stream.of(
                                "objectClass",
                                people.loginAttribute(),
                                people.nameAttribute(),
                                people.memberAttribute(),
                                people.enabledAttribute(),
                                isDn(settings.groups().memberUserAttribute())
                                        ? null
                                        : settings.groups().memberUserAttribute()),
                        Stream.of(people.searchAttributes().split("\\|")))
                .filter(name -> name != null && !name.isBlank())
                .distinct()
                .toArray(String[]::new);
    }

    private String[] groupAttributes() {
        return new String[] {
            "objectClass", settings.groups().nameAttribute(), settings.groups().searchAttribute()
        };
    }

    private boolean isDisabled(Entry person) {
        int mask = settings.people().disabledBitMask();
        return person.first(settings.people().enabledAttribute())
                .filter(value -> mask != 0 && value.matches("-?\\d{1,10}"))
                .filter(value -> (Long.parseLong(value) & mask) != 0)
                .isPresent();
    }

    private SignedIn signedIn(DirectoryConnection directory, Entry person) {
        return new SignedIn(person(person), groupsOf(directory, person), person.attributes(), Optional.empty());
    }

    // --- groups

    /** Those that list the person as a member, and those that he says he is in; then, if wanted, the groups of these groups. */
    private List<Principal> groupsOf(DirectoryConnection directory, Entry person) {
        Map<String, Entry> found = new LinkedHashMap<>();
        String member = isDn(settings.groups().memberUserAttribute())
                ? person.dn()
                : person.first(settings.groups().memberUserAttribute()).orElse(person.dn());
        List<Entry> level = new ArrayList<>(addNew(found, listing(directory, List.of(member))));
        for (String dn : person.all(settings.people().memberAttribute())) {
            if (!found.containsKey(key(dn))) {
                directory
                        .read(dn, group(""), groupAttributes())
                        .ifPresent(group -> level.addAll(addNew(found, List.of(group))));
            }
        }
        List<Entry> next = level;
        for (int depth = 0; settings.groups().nested() && !next.isEmpty() && depth < DEEPEST_NESTING; depth++) {
            next = addNew(found, listing(directory, next.stream().map(Entry::dn).toList()));
        }
        return found.values().stream().map(this::group).toList();
    }

    private List<Entry> listing(DirectoryConnection directory, List<String> members) {
        List<Entry> groups = new ArrayList<>();
        for (int from = 0; from < members.size(); from += MEMBERS_ASKED_AT_ONCE) {
            List<String> asked = members.subList(from, Math.min(members.size(), from + MEMBERS_ASKED_AT_ONCE)).stream()
                    .map(member -> Filter.equal(settings.groups().memberAttribute(), member))
                    .toList();
            groups.addAll(
                    directory.search(settings.groupBase(), group(Filter.any(asked)), groupAttributes(), MOST_GROUPS));
        }
        return groups;
    }

    private static List<Entry> addNew(Map<String, Entry> found, List<Entry> groups) {
        List<Entry> added = new ArrayList<>();
        for (Entry group : groups) {
            if (found.size() < MOST_GROUPS && found.putIfAbsent(key(group.dn()), group) == null) {
                added.add(group);
            }
        }
        return added;
    }

    private static String key(String dn) {
        return dn.toLowerCase(Locale.ROOT);
    }

    private static boolean isDn(String attribute) {
        return attribute == null || DISTINGUISHED_NAME.contains(attribute.toLowerCase(Locale.ROOT));
    }

    // --- looking people up

    @Override
    public List<Principal> search(String text, Optional<Boolean> group, int limit) {
        if (text.isBlank() || text.length() > LONGEST_NAME) {
            return List.of();
        }
        Set<Principal> found = new LinkedHashSet<>();
        try (DirectoryConnection directory = asServiceAccount()) {
            if (!group.orElse(false)) {
                List<String> names = Stream.concat(
                                Stream.of(
                                        settings.people().nameAttribute(),
                                        settings.people().loginAttribute()),
                                Stream.of(settings.people().searchAttributes().split("\\|")))
                        .filter(name -> !name.isBlank())
                        .distinct()
                        .map(name -> Filter.startsWith(name, text))
                        .toList();
                directory
                        .search(settings.people().base(), person(Filter.any(names)), personAttributes(), limit)
                        .stream()
                        .filter(person -> !isDisabled(person))
                        .map(this::person)
                        .forEach(found::add);
            }
            if (group.orElse(true)) {
                List<String> names = Stream.of(
                                settings.groups().nameAttribute(),
                                settings.groups().searchAttribute())
                        .distinct()
                        .map(name -> Filter.startsWith(name, text))
                        .toList();
                directory.search(settings.groupBase(), group(Filter.any(names)), groupAttributes(), limit).stream()
                        .map(this::group)
                        .forEach(found::add);
            }
        }
        return List.copyOf(found);
    }

    @Override
    public Optional<Principal> find(String principalId) {
        return dnIn(principalId, "_group://")
                .flatMap(dn -> read(dn, group(""), groupAttributes()).map(this::group))
                .or(() -> dnIn(principalId, "_user://")
                        .flatMap(dn -> read(dn, person(""), personAttributes()).map(this::person)));
    }

    private Optional<Entry> read(String dn, String filter, String... attributes) {
        try (DirectoryConnection directory = asServiceAccount()) {
            return directory.read(dn, filter, attributes);
        }
    }

    @Override
    public Optional<SignedIn> refresh(String principalId, Optional<String> keepsake) {
        Optional<String> dn = dnIn(principalId, "_user://");
        if (dn.isEmpty()) {
            return Optional.empty();
        }
        try (DirectoryConnection directory = asServiceAccount()) {
            return directory
                    .read(dn.get(), person(""), personAttributes())
                    .filter(person -> !isDisabled(person))
                    .map(person -> signedIn(directory, person));
        }
    }

    private Optional<String> dnIn(String principalId, String kind) {
        String prefix = name() + kind;
        return principalId.startsWith(prefix) ? Optional.of(principalId.substring(prefix.length())) : Optional.empty();
    }

    private Principal person(Entry entry) {
        String login = entry.first(settings.people().loginAttribute()).orElse("");
        String displayName = entry.first(settings.people().nameAttribute()).orElse(login);
        return new Principal(name() + "_user://" + entry.dn(), false, displayName, login, name());
    }

    private Principal group(Entry entry) {
        String displayName = entry.first(settings.groups().nameAttribute()).orElse(entry.dn());
        return new Principal(name() + "_group://" + entry.dn(), true, displayName, "", name());
    }
}
