package io.drover.plugin.auth.github;

import com.fasterxml.jackson.databind.JsonNode;
import io.drover.api.DroverException;
import io.drover.api.auth.AccessRefresh;
import io.drover.api.auth.Principal;
import io.drover.api.auth.PrincipalDirectory;
import io.drover.api.auth.RedirectSignIn;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** People of GitHub, with their organisations and teams. Ids are numbers: logins change hands. */
final class GitHubProvider implements RedirectSignIn, AccessRefresh, PrincipalDirectory {

    static final String NAME = "github";
    private static final String USER = "github_user://";
    private static final String ORGANISATION = "github_org://";
    private static final String TEAM = "github_team://";

    private final GitHubApi api;

    GitHubProvider(GitHubApi api) {
        this.api = api;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String type() {
        return "githubProvider";
    }

    @Override
    public URI begin(Attempt attempt) {
        return api.authorize(attempt.state(), challenge(attempt.codeVerifier()));
    }

    private static String challenge(String verifier) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 belongs to every JDK", e);
        }
    }

    @Override
    public void close() {
        api.close();
    }

    @Override
    public Optional<SignedIn> finish(Attempt attempt, String code) {
        return api.token(code, attempt.codeVerifier()).flatMap(this::signedIn);
    }

    @Override
    public Optional<SignedIn> refresh(String principalId, Optional<String> keepsake) {
        return keepsake.flatMap(this::signedIn)
                .filter(signedIn -> signedIn.user().id().equals(principalId));
    }

    /** Empty if the token is good no more. */
    private Optional<SignedIn> signedIn(String token) {
        Optional<String> as = Optional.of(token);
        Optional<JsonNode> user = api.get("/user", as);
        Optional<List<JsonNode>> organisations = api.list("/user/orgs?per_page=100", as);
        Optional<List<JsonNode>> teams = api.list("/user/teams?per_page=100", as);
        if (user.isEmpty() || organisations.isEmpty() || teams.isEmpty()) {
            return Optional.empty();
        }
        List<Principal> groups = new ArrayList<>();
        organisations.get().forEach(each -> groups.add(organisation(each)));
        teams.get().forEach(each -> groups.add(team(each)));
        return Optional.of(new SignedIn(
                person(user.get()),
                groups,
                Map.of(
                        "login",
                        List.of(user.get().path("login").asText()),
                        "orgs",
                        organisations.get().stream()
                                .map(each -> each.path("login").asText())
                                .toList(),
                        "teams",
                        teams.get().stream().map(GitHubProvider::teamName).toList()),
                as));
    }

    private static Principal person(JsonNode user) {
        String login = user.path("login").asText();
        String name = user.path("name").asText("");
        return new Principal(USER + id(user), false, name.isBlank() || name.equals("null") ? login : name, login, NAME);
    }

    private static Principal organisation(JsonNode organisation) {
        String login = organisation.path("login").asText();
        return new Principal(ORGANISATION + id(organisation), true, login, login, NAME);
    }

    private static Principal team(JsonNode team) {
        return new Principal(
                TEAM + id(team), true, teamName(team), team.path("slug").asText(), NAME);
    }

    private static String teamName(JsonNode team) {
        return team.path("organization").path("login").asText() + "/"
                + team.path("name").asText();
    }

    private static long id(JsonNode object) {
        if (!object.path("id").canConvertToLong() || object.path("id").asLong() <= 0) {
            throw DroverException.unavailable("GitHub answers with something that has no id");
        }
        return object.path("id").asLong();
    }

    // --- looking people up, with the application's own rights

    @Override
    public List<Principal> search(String text, Optional<Boolean> group, int limit) {
        // What is quoted is no qualifier, and nothing ends the quotation.
        String words = text.replaceAll("[\"\\\\\\p{Cntrl}]", " ").strip();
        if (words.isEmpty() || words.length() > 100) {
            return List.of();
        }
        String type = group.map(wanted -> wanted ? " type:org" : " type:user").orElse("");
        String query = GitHubApi.encoded("\"" + words + "\" in:login" + type);
        return api.get("/search/users?per_page=" + Math.min(limit, 100) + "&q=" + query, Optional.empty())
                .map(answer -> {
                    List<Principal> found = new ArrayList<>();
                    answer.path("items").forEach(item -> found.add(userOrOrganisation(item)));
                    return found;
                })
                .orElse(List.of());
    }

    private static Principal userOrOrganisation(JsonNode found) {
        return found.path("type").asText().equals("Organization") ? organisation(found) : person(found);
    }

    @Override
    public Optional<Principal> find(String principalId) {
        String id = principalId.replaceFirst("^github_(user|org)://", "");
        return id.matches("\\d{1,18}")
                ? api.get("/user/" + id, Optional.empty())
                        .map(GitHubProvider::userOrOrganisation)
                        .filter(found -> found.id().equals(principalId))
                : Optional.empty();
    }
}
