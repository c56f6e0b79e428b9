package io.drover.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.drover.api.driver.ClusterDriver;
import io.drover.api.driver.DrivenCluster;
import io.drover.api.driver.Progress;
import io.drover.api.kind.Description;
import io.drover.api.kind.Field;
import io.drover.api.kind.Kind;
import io.drover.api.kind.KindProvider;
import io.drover.api.kind.Rest;
import io.drover.api.kind.Secret;
import io.drover.api.model.Cluster;
import io.drover.api.model.ClusterRegistrationToken;
import io.drover.api.model.User;
import io.drover.api.plane.Resource;
import io.drover.rest.ApiServer.Answer;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ManagementApiTest {

    private static final String USER = "u-plain";
    private static ApiServer server;

    @BeforeAll
    static void start() throws Exception {
        server = new ApiServer();
        server.user(USER, "jo", "Jo");
        server.signIns.givePassword(USER, "correct-horse-battery");
        server.setting("server-url", "");
        server.setting("cacerts", "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----");
        server.setting("ui-brand", "");
        server.setting("agent-image", "drover/agent");
        server.roleTemplate(
                "cluster-member",
                Map.of("displayName", "Member", "context", "cluster", "rules", List.of(rule("get", "pods"))));
        server.roleTemplate(
                "cluster-owner",
                Map.of("displayName", "Owner", "context", "cluster", "rules", List.of(rule("*", "*"))));
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static Map<String, Object> rule(String verb, String resource) {
        return Map.of("apiGroups", List.of("*"), "resources", List.of(resource), "verbs", List.of(verb));
    }

    // --- addresses

    @Test
    void aClusterHasItsNamespaceWhenItsMakerIsAnswered() throws Exception {
        Answer made = server.asAdmin("POST", "/v3/clusters", "{\"name\":\"namespaced\"}");

        assertThat(server.namespaces).contains(made.json().path("id").asText());
    }

    @Test
    void linksFollowTheNameThatTheCallerUsed() throws Exception {
        Answer behindProxy = server.asAdmin(
                "GET", "/v3", null, "X-Forwarded-Proto", "wss", "X-Forwarded-Host", "drover.example.com, inner");
        assertThat(behindProxy.at("/links/self").asText()).isEqualTo("https://drover.example.com/v3");

        Answer prefixed = server.asAdmin("GET", "/v3", null, "X-API-URL-Prefix", "/gate");
        assertThat(prefixed.at("/links/self").asText()).isEqualTo(server.url() + "/gate/v3");

        Answer odd = server.asAdmin("GET", "/v3", null, "X-API-Host", "evil.example/\"><script>");
        assertThat(odd.at("/links/self").asText()).isEqualTo(server.url() + "/v3");
    }

    @Test
    void pathsAreTakenAsClientsWriteThem() throws Exception {
        for (String path : List.of(
                "/v3/clusterRegistrationTokens",
                "/v3/clusterregistrationtokens",
                "/v3/clusterRegistrationToken",
                "/v3//clusterregistrationtokens/")) {
            assertThat(server.asAdmin("GET", path, null).status()).as(path).isEqualTo(200);
        }
        assertThat(server.asAdmin("GET", "/v3/clusters/", null).header("X-API-Schemas"))
                .hasValue(server.url() + "/v3/cluster/schemas");
        assertThat(server.asAdmin("GET", "/v3/Clusters", null).header("X-API-Schemas"))
                .hasValue(server.url() + "/v3/cluster/schemas");
        assertThat(server.asAdmin("GET", "/v3/cluster/schemas", null)
                        .at("/data")
                        .isArray())
                .isTrue();
        assertThat(server.asAdmin("GET", "/v3-public/../v3/users", null).status())
                .isEqualTo(404);
        assertThat(server.as("", "GET", "/v1-public/authproviders", null).status())
                .isEqualTo(404);
    }

    @Test
    void theMethodMayBeNamedInTheQuery() throws Exception {
        String cluster = createCluster("by-query");

        assertThat(server.asAdmin("GET", "/v3/clusters/" + cluster + "?_method=DELETE", null)
                        .status())
                .isEqualTo(204);
        assertThat(server.asAdmin("POST", "/v3/clusters/" + createCluster("by-action") + "?action=remove", "{}")
                        .status())
                .isEqualTo(204);
    }

    @Test
    void whatBelongsToAClusterIsFoundBelowIt() throws Exception {
        String cluster = createCluster("inside");
        Answer token = server.asAdmin("POST", "/v3/clusters/" + cluster + "/clusterRegistrationTokens", "{}");
        assertThat(token.status()).isEqualTo(201);
        assertThat(token.at("/clusterId").asText()).isEqualTo(cluster);

        Answer below = server.asAdmin("GET", "/v3/cluster/" + cluster + "/clusterregistrationtokens", null);
        assertThat(below.at("/data")).hasSize(1);
        assertThat(below.header("X-API-Schemas")).hasValue(server.url() + "/v3/cluster/" + cluster + "/schemas");
        String other = createCluster("beside");
        assertThat(server.asAdmin(
                                "GET",
                                "/v3/clusters/" + other + "/clusterregistrationtokens/"
                                        + token.at("/id").asText(),
                                null)
                        .status())
                .isEqualTo(404);
    }

    @Test
    void whatIsFoundBelowAClusterIsChangedAndRemovedThere() throws Exception {
        String cluster = createCluster("below");
        String other = createCluster("not-below");
        String id = server.asAdmin("POST", "/v3/clusters/" + cluster + "/clusterRegistrationTokens", "{}")
                .at("/id")
                .asText();
        String here = "/v3/clusters/" + cluster + "/clusterRegistrationTokens/" + id;
        String elsewhere = "/v3/clusters/" + other + "/clusterRegistrationTokens/" + id;

        assertThat(server.asAdmin("PUT", elsewhere, "{}").status()).isEqualTo(404);
        assertThat(server.asAdmin("DELETE", elsewhere, null).status()).isEqualTo(404);
        assertThat(server.asAdmin("PUT", here, "{\"labels\":{\"a\":\"b\"}}")
                        .at("/labels/a")
                        .asText())
                .isEqualTo("b");
        assertThat(server.asAdmin("POST", here, "{}").status()).isEqualTo(405);
        assertThat(server.asAdmin("POST", here + "?action=none", "{}")
                        .at("/code")
                        .asText())
                .isEqualTo("InvalidAction");
        assertThat(server.asAdmin("DELETE", here, null).status()).isEqualTo(204);
        assertThat(server.asAdmin("GET", here, null).status()).isEqualTo(404);
    }

    @Test
    void anIdOfTheWrongShapeIsNotFound() throws Exception {
        assertThat(server.asAdmin("GET", "/v3/clusterRegistrationTokens/nocolon", null)
                        .status())
                .isEqualTo(404);
        assertThat(server.asAdmin("GET", "/v3/clusters/some%20name", null).status())
                .isEqualTo(404);
    }

    // --- forms

    @Test
    void answersComeInTheFormThatWasAskedFor() throws Exception {
        assertThat(server.asAdmin("GET", "/v3?_format=yaml", null).text()).contains("type: \"apiRoot\"");
        Answer page = server.asAdmin("GET", "/v3", null, "User-Agent", "Mozilla/5.0", "Accept", "text/html,*/*");
        assertThat(page.header("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/html"));
        assertThat(page.header("Content-Security-Policy")).hasValue("default-src 'none'");
        assertThat(server.asAdmin("GET", "/v3/users", null, "X-API-Action-Links", "1")
                        .json()
                        .has("actionLinks"))
                .isTrue();

        Answer packed = server.asAdmin("GET", "/v3/schemas", null, "Accept-Encoding", "gzip");
        assertThat(packed.header("Content-Encoding")).hasValue("gzip");
        byte[] unpacked =
                new GZIPInputStream(new ByteArrayInputStream(packed.response().body())).readAllBytes();
        assertThat(new String(unpacked, StandardCharsets.UTF_8)).startsWith("{\"type\":\"collection\"");
    }

    @Test
    void bodiesMayBeYamlOrForms() throws Exception {
        assertThat(server.asAdmin("POST", "/v3/clusters", "name: from-yaml\n", "Content-Type", "application/yaml")
                        .status())
                .isEqualTo(201);
        assertThat(server.asAdmin(
                                "POST",
                                "/v3/clusters",
                                "name=from-form&description=a+b",
                                "Content-Type",
                                "application/x-www-form-urlencoded")
                        .at("/description")
                        .asText())
                .isEqualTo("a b");
    }

    @Test
    void whatIsTooLongOrTooDeepIsRefused() throws Exception {
        Answer tooLong = server.asAdmin("POST", "/v3/clusters", "{\"name\":\"" + "x".repeat(3 << 20) + "\"}");
        assertThat(tooLong.status()).isEqualTo(413);
        assertThat(tooLong.at("/type").asText()).isEqualTo("error");

        Answer tooDeep = server.asAdmin("POST", "/v3/clusters", "{\"a\":".repeat(100_000) + "1");
        assertThat(tooDeep.status()).isEqualTo(422);
        assertThat(tooDeep.at("/code").asText()).isEqualTo("InvalidBodyContent");

        Answer bomb = server.asAdmin(
                "POST", "/v3/clusters", "a: &a [x]\nb: [*a, *a, *a]\n", "Content-Type", "application/yaml");
        assertThat(bomb.status()).isEqualTo(422);
    }

    // --- rights

    @Test
    void nobodyIsToldAnythingButWhatIsPublic() throws Exception {
        assertThat(server.as("", "GET", "/v3/settings/ui-brand", null).status()).isEqualTo(200);
        assertThat(server.as("", "GET", "/v3/settings/cacerts", null)
                        .at("/value")
                        .asText())
                .startsWith("-----BEGIN");
        assertThat(server.as("", "GET", "/v3/settings/server-url", null).status())
                .isEqualTo(403);
        assertThat(server.as("", "GET", "/v3/settings", null).status()).isBetween(400, 499);
        assertThat(server.as("", "GET", "/v3/tokens", null).status()).isBetween(400, 499);
        assertThat(server.as("", "POST", "/v3/tokens", "{}").status()).isBetween(400, 499);
        assertThat(server.as("", "POST", "/v3/principals?action=search", "{\"name\":\"\"}")
                        .status())
                .isBetween(400, 499);
    }

    @Test
    void listsShowWhatTheCallerMaySee() throws Exception {
        String mine = createCluster("mine");
        createCluster("not-mine");
        server.authorizer.grant(
                USER,
                q -> q.resource().equals("clusters")
                        && q.name().equals(mine)
                        && q.verb().equals("get"));

        Answer list = server.as(USER, "GET", "/v3/clusters", null);

        assertThat(list.at("/data")).hasSize(1);
        assertThat(list.at("/data/0/id").asText()).isEqualTo(mine);
        assertThat(list.at("/data/0/links").has("remove")).isFalse();
        assertThat(server.as(USER, "DELETE", "/v3/clusters/" + mine, null).status())
                .isEqualTo(403);
        assertThat(server.as(USER, "PUT", "/v3/clusters/" + mine, "{\"name\":\"x\"}")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void schemasAreCutDownToWhatTheCallerMayDo() throws Exception {
        assertThat(server.as(USER, "GET", "/v3/schemas/user", null)
                        .at("/collectionMethods")
                        .toString())
                .isEqualTo("[\"GET\"]");
        assertThat(server.as(USER, "GET", "/v3/schemas/token", null)
                        .at("/collectionMethods")
                        .toString())
                .contains("POST");
        Answer all = server.asAdmin("GET", "/v3/schemas", null);
        List<String> ids = new ArrayList<>();
        all.at("/data").forEach(schema -> ids.add(schema.get("id").asText()));
        assertThat(ids)
                .contains(
                        "cluster",
                        "policyRule",
                        "ownerReference",
                        "changePasswordInput",
                        "searchPrincipalsInput",
                        "generateKubeConfigOutput")
                .doesNotHaveDuplicates();
    }

    @Test
    void everybodySeesHisOwnTokensAlone() throws Exception {
        String admins = server.asAdmin("POST", "/v3/tokens", "{\"description\":\"a\"}")
                .at("/id")
                .asText();
        String his = server.as(
                        USER, "POST", "/v3/tokens", "{\"description\":\"b\",\"userId\":\"" + ApiServer.ADMIN + "\"}")
                .at("/id")
                .asText();

        assertThat(server.as(USER, "GET", "/v3/tokens/" + admins, null).status())
                .isEqualTo(404);
        assertThat(server.asAdmin("GET", "/v3/tokens/" + his, null).status()).isEqualTo(404);
        assertThat(server.as(USER, "GET", "/v3/tokens/" + his, null)
                        .at("/userId")
                        .asText())
                .isEqualTo(USER);
        assertThat(server.as(USER, "DELETE", "/v3/tokens/" + admins, null).status())
                .isEqualTo(404);
        assertThat(server.as(USER, "DELETE", "/v3/tokens/" + his, null).status())
                .isEqualTo(204);
        assertThat(server.as(USER, "POST", "/v3/tokens", "{\"clusterId\":\"c-other\"}")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void nobodyGivesARightThatHeDoesNotHave() throws Exception {
        server.authorizer.grant(
                "u-roles",
                q -> q.resource().equals("globalroles") || q.resource().equals("roletemplates"));
        server.user("u-roles", "roles", "Roles");
        String all = "{\"name\":\"all\",\"rules\":[{\"apiGroups\":[\"*\"],\"resources\":[\"*\"],\"verbs\":[\"*\"]}]}";
        assertThat(server.as("u-roles", "POST", "/v3/globalRoles", all).status())
                .isEqualTo(403);
        assertThat(server.as("u-roles", "POST", "/v3/roleTemplates", all).status())
                .isEqualTo(403);
        assertThat(server.as("u-roles", "POST", "/v3/globalRoles", "{\"name\":\"none\",\"rules\":[]}")
                        .status())
                .isEqualTo(201);
    }

    @Test
    void aMemberGivesInHisClusterAtMostWhatHeHasThere() throws Exception {
        String cluster = createCluster("shared");
        server.authorizer.grant(
                USER,
                q -> q.resource().equals("clusterroletemplatebindings")
                        || q.resource().equals("clusters") && q.name().equals(cluster));
        server.authorizer.grantInCluster(cluster, USER, "cluster-member");
        String binding = "{\"clusterId\":\"" + cluster + "\",\"userId\":\"u-x\",\"roleTemplateId\":\"%s\"}";

        assertThat(server.as(USER, "POST", "/v3/clusterRoleTemplateBindings", binding.formatted("cluster-owner"))
                        .status())
                .isEqualTo(403);
        assertThat(server.as(USER, "POST", "/v3/clusterRoleTemplateBindings", binding.formatted("cluster-member"))
                        .status())
                .isEqualTo(201);
    }

    @Test
    void aGroupMayBeNamedAsBothKindsOfPrincipal() throws Exception {
        String cluster = createCluster("group");
        Answer binding = server.asAdmin(
                "POST",
                "/v3/clusterRoleTemplateBindings",
                "{\"clusterId\":\"" + cluster
                        + "\",\"roleTemplateId\":\"cluster-member\",\"userPrincipalId\":\"github_org://1\",\"groupPrincipalId\":\"github_org://1\"}");

        assertThat(binding.status()).isEqualTo(201);
        assertThat(binding.at("/groupPrincipalId").asText()).isEqualTo("github_org://1");
        assertThat(binding.at("/userPrincipalId").isNull()).isTrue();
    }

    // --- writing

    @Test
    void labelsOfTheSystemOutliveAChangeAndCannotBeForged() throws Exception {
        Answer created = server.asAdmin(
                "POST",
                "/v3/clusters",
                "{\"name\":\"labelled\",\"labels\":{\"a\":\"b\",\"authz.management.cattle.io/x\":\"y\"},"
                        + "\"annotations\":{\"field.cattle.io/creatorId\":\"u-other\"}}");
        assertThat(created.at("/creatorId").asText()).isEqualTo(ApiServer.ADMIN);
        assertThat(created.at("/labels").has("authz.management.cattle.io/x")).isFalse();

        Answer changed = server.asAdmin(
                "PUT",
                "/v3/clusters/" + created.at("/id").asText(),
                "{\"name\":\"labelled\",\"labels\":{\"c\":\"d\"},\"annotations\":{\"field.cattle.io/creatorId\":\"u-other\"}}");

        assertThat(changed.at("/labels").properties())
                .extracting(Map.Entry::getKey)
                .containsExactlyInAnyOrder("c", "cattle.io/creator");
        assertThat(changed.at("/creatorId").asText()).isEqualTo(ApiServer.ADMIN);
    }

    @Test
    void aReplacementTakesAwayWhatItDoesNotName() throws Exception {
        String id = server.asAdmin("POST", "/v3/clusters", "{\"name\":\"replaced\",\"description\":\"d\"}")
                .at("/id")
                .asText();

        assertThat(server.asAdmin("PUT", "/v3/clusters/" + id, "{\"name\":\"replaced\"}")
                        .at("/description")
                        .asText())
                .isEqualTo("d");
        Answer replaced = server.asAdmin("PUT", "/v3/clusters/" + id + "?_replace=true", "{\"name\":\"replaced\"}");
        assertThat(replaced.at("/description").asText("")).isEmpty();
        assertThat(replaced.at("/dockerRootDir").asText()).isEqualTo("/var/lib/docker");
    }

    @Test
    void aFailureInsideIsToldWithoutItsTrace() throws Exception {
        Answer tooMany =
                server.asAdmin("POST", "/v3/globalRoles", "{\"name\":\"odd\",\"rules\":[{\"verbs\":{\"a\":1}}]}");
        assertThat(tooMany.status()).isEqualTo(422);
        assertThat(tooMany.text()).doesNotContain("java.").doesNotContain("\tat ");
    }

    @Test
    void settingsThatTheEnvironmentFixesAreReadOnly() throws Exception {
        server.setting("telemetry-opt", "");
        server.environment.put("CATTLE_TELEMETRY_OPT", "out");

        Answer setting = server.asAdmin("GET", "/v3/settings/telemetry-opt", null);
        assertThat(setting.at("/value").asText()).isEqualTo("out");
        assertThat(setting.at("/source").asText()).isEqualTo("env");
        assertThat(setting.at("/links").has("update")).isFalse();
        assertThat(server.asAdmin("PUT", "/v3/settings/cacerts", "{\"value\":\"x\"}")
                        .status())
                .isEqualTo(405);
        assertThat(server.asAdmin("PUT", "/v3/settings/ui-brand", "{}").status())
                .isEqualTo(422);
        assertThat(server.asAdmin("POST", "/v3/settings", "{\"name\":\"ours\",\"value\":\"1\"}")
                        .at("/source")
                        .asText())
                .isEqualTo("db");
    }

    // --- users and principals

    @Test
    void principalsAreFoundByTheBeginningOfTheirNamesTheExactOnesFirst() throws Exception {
        server.user("u-a", "anna", "Anna");
        server.user("u-b", "ann", "Ann Other");

        JsonNode found = server.asAdmin("POST", "/v3/principals?action=search", "{\"name\":\"ann\"}")
                .at("/data");

        assertThat(found).hasSize(2);
        assertThat(found.get(0).get("loginName").asText()).isEqualTo("ann");
        assertThat(server.asAdmin("GET", "/v3/principals?ID=thisisnotathingIhope", null)
                        .at("/actions")
                        .has("search"))
                .isTrue();
        assertThat(server.asAdmin("GET", "/v3/principals/local:%2F%2Fu-a", null)
                        .at("/name")
                        .asText())
                .isEqualTo("Anna");
    }

    @Test
    void theLinkOfAPrincipalLeadsToItWhateverItsDirectoryCallsIt() throws Exception {
        String id = "openldap_user://uid=Zoë Q,ou=a?b#c%2F+d;x/y,dc=example";
        server.plane
                .objects(User.class)
                .create(Resource.named(
                        "u-odd",
                        ApiServer.read(User.class, Map.of("username", "odd-one", "principalIds", List.of(id)))));
        server.plane.settle();
        JsonNode found = server.asAdmin("POST", "/v3/principals?action=search", "{\"name\":\"odd-one\"}")
                .at("/data/0");
        assertThat(found.path("id").asText()).isEqualTo(id);

        String self = found.at("/links/self").asText();

        assertThat(server.asAdmin("GET", self.substring(server.url().length()), null)
                        .at("/id")
                        .asText())
                .isEqualTo(id);
    }

    @Test
    void nobodyRemovesOrDisablesHimself() throws Exception {
        assertThat(server.asAdmin("DELETE", "/v3/users/" + ApiServer.ADMIN, null)
                        .at("/code")
                        .asText())
                .isEqualTo("InvalidAction");
        assertThat(server.asAdmin("PUT", "/v3/users/" + ApiServer.ADMIN, "{\"enabled\":false}")
                        .at("/code")
                        .asText())
                .isEqualTo("InvalidAction");
    }

    @Test
    void aPasswordIsNeverShownAndAFailedOneLeavesNoUser() throws Exception {
        Answer user =
                server.asAdmin("POST", "/v3/users", "{\"username\":\"max\",\"password\":\"correct-horse-battery\"}");
        assertThat(user.text()).doesNotContain("correct-horse");
        assertThat(user.json().has("password")).isFalse();

        assertThat(server.asAdmin("POST", "/v3/users", "{\"username\":\"short\",\"password\":\"x\"}")
                        .status())
                .isEqualTo(422);
        assertThat(server.asAdmin("GET", "/v3/users?username=short", null).at("/data"))
                .isEmpty();
    }

    // --- clusters

    record LabSettings(
            @Description("where") @Field(required = true) String region,
            @Field(nullable = false, defaultValue = "3") Integer nodes,
            @Secret String apiKey) {}

    private static final class LabDriver implements ClusterDriver<LabSettings> {
        @Override
        public String kind() {
            return "lab";
        }

        @Override
        public Class<LabSettings> settingsType() {
            return LabSettings.class;
        }

        @Override
        public Progress converge(DrivenCluster<LabSettings> cluster) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Progress remove(DrivenCluster<LabSettings> cluster) {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void aDriverAddsAFieldForItsSettingsWhileItIsThere() throws Exception {
        LabDriver driver = new LabDriver();
        server.servlet.addDriver(driver);

        assertThat(server.asAdmin("GET", "/v3/schemas/cluster", null)
                        .at("/resourceFields/labEngineConfig/type")
                        .asText())
                .isEqualTo("labEngineConfig");
        assertThat(server.asAdmin("GET", "/v3/schemas/labEngineConfig", null)
                        .at("/resourceFields/apiKey/type")
                        .asText())
                .isEqualTo("password");
        Answer missing = server.asAdmin("POST", "/v3/clusters", "{\"name\":\"lab0\",\"labEngineConfig\":{}}");
        assertThat(missing.at("/code").asText()).isEqualTo("MissingRequired");
        assertThat(missing.at("/fieldName").asText()).isEqualTo("region");

        Answer created = server.asAdmin(
                "POST",
                "/v3/clusters",
                "{\"name\":\"lab1\",\"labEngineConfig\":{\"region\":\"here\",\"apiKey\":\"hush\"}}");
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.text()).doesNotContain("hush");
        assertThat(created.at("/labEngineConfig/region").asText()).isEqualTo("here");
        assertThat(created.at("/labEngineConfig/nodes").asInt()).isEqualTo(3);
        String id = created.at("/id").asText();

        server.asAdmin("PUT", "/v3/clusters/" + id, "{\"name\":\"lab1\",\"labEngineConfig\":{\"nodes\":5}}");
        Map<String, Object> stored = server.plane
                .objects(Cluster.class)
                .get(id)
                .orElseThrow()
                .value()
                .spec()
                .genericEngineConfig();
        assertThat(stored)
                .containsEntry("driverName", "lab")
                .containsEntry("region", "here")
                .containsEntry("apiKey", Cluster.SECRET_KEPT_APART)
                .hasEntrySatisfying("nodes", nodes -> assertThat(nodes).hasToString("5"));

        assertThat(server.driverSecrets.get(id)).containsOnly(Map.entry("apiKey", "hush"));

        server.servlet.removeDriver(driver);
        Answer without = server.asAdmin("GET", "/v3/clusters/" + id, null);
        assertThat(without.status()).isEqualTo(200);
        assertThat(without.json().has("labEngineConfig")).isFalse();
    }

    @Test
    void aKubeconfigLeadsThroughThisServerWithAFreshToken() throws Exception {
        String cluster = createCluster("kube");
        String config = server.asAdmin("POST", "/v3/clusters/" + cluster + "?action=generateKubeconfig", null)
                .at("/config")
                .asText();

        assertThat(config)
                .contains(server.url() + "/k8s/clusters/" + cluster)
                .contains("certificate-authority-data")
                .contains(FakeSignIns.SECRET);
    }

    @Test
    void groupsAndTheirMembersAreKeptAsExistingInstallationsHaveThem() throws Exception {
        Answer group = server.asAdmin("POST", "/v3/groups", "{\"name\":\"Night shift\"}");
        assertThat(group.status()).isEqualTo(201);
        String id = group.at("/id").asText();
        assertThat(id).startsWith("g-");
        Answer member = server.asAdmin(
                "POST", "/v3/groupMembers", "{\"groupId\":\"" + id + "\",\"principalId\":\"local://u-1\"}");
        assertThat(member.status()).isEqualTo(201);
        assertThat(member.at("/id").asText()).startsWith("gm-");
        assertThat(server.asAdmin("GET", "/v3/groupMembers?groupId=" + id, null)
                        .at("/data/0/principalId")
                        .asText())
                .isEqualTo("local://u-1");
        assertThat(server.asAdmin("PUT", "/v3/groups/" + id, "{\"name\":\"Day shift\"}")
                        .at("/name")
                        .asText())
                .isEqualTo("Day shift");
        assertThat(server.asAdmin("DELETE", "/v3/groups/" + id, null).status()).isLessThan(300);
    }

    @Test
    void theImportManifestIsForTheTokensOwnClusterOnly() throws Exception {
        String cluster = createCluster("imported");
        String other = createCluster("imported-other");
        Answer token = server.asAdmin("POST", "/v3/clusterRegistrationTokens", "{\"clusterId\":\"" + cluster + "\"}");
        String url = token.at("/manifestUrl").asText();
        assertThat(url).startsWith(server.url() + "/v3/import/");
        String value = token.at("/token").asText();
        assertThat(value).hasSize(54);

        Answer manifest = server.as("", "GET", url.substring(server.url().length()), null);
        assertThat(manifest.status()).isEqualTo(200);
        assertThat(manifest.header("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain"));
        assertThat(manifest.text()).contains("cluster: " + cluster);
        String path = url.substring(server.url().length());
        assertThat(server.as("", "GET", path + "?authImage=registry.example.com:5000/auth/kube-api-auth:v1.2", null)
                        .status())
                .isEqualTo(200);
        Answer noImage = server.as("", "GET", path + "?authImage=%22%3B+rm", null);
        assertThat(noImage.status()).isEqualTo(400);
        assertThat(noImage.text()).startsWith("invalid authImage - ");

        for (String wrong : List.of(value + "_" + other, value.substring(1) + "_" + cluster, "_" + cluster)) {
            Answer refused = server.as("", "GET", "/v3/import/" + wrong + ".yaml", null);
            assertThat(refused.status()).as(wrong).isEqualTo(400);
            assertThat(refused.text()).doesNotContain("kind");
        }
        assertThat(server.as("", "GET", "/v3/import/nounderscore.yaml", null).status())
                .isEqualTo(404);
    }

    @Test
    void aNodeThatKnowsATokenCanVerifyTheCertificates() throws Exception {
        String cluster = createCluster("noded");
        server.asAdmin("POST", "/v3/clusterRegistrationTokens", "{\"clusterId\":\"" + cluster + "\"}");
        String token = server.plane
                .objects(ClusterRegistrationToken.class)
                .list(cluster)
                .get(0)
                .value()
                .status()
                .token();
        String hash = Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));

        Answer answer =
                server.as("", "GET", "/cacerts", null, "X-Cattle-Nonce", "n", "Authorization", "Bearer " + hash);

        Mac mac = Mac.getInstance("HmacSHA512");
        mac.init(new SecretKeySpec(token.getBytes(StandardCharsets.UTF_8), "HmacSHA512"));
        byte[] code = mac.doFinal(("n\0" + answer.text() + "\0").getBytes(StandardCharsets.UTF_8));
        assertThat(answer.text()).startsWith("-----BEGIN").endsWith("-----\n");
        assertThat(answer.header("X-Cattle-Hash")).hasValue(Base64.getEncoder().encodeToString(code));
        assertThat(server.as("", "GET", "/cacerts", null, "X-Cattle-Nonce", "n", "Authorization", "Bearer x")
                        .header("X-Cattle-Hash"))
                .isEmpty();
    }

    // --- plugins' kinds

    @Kind(plural = "gadgets")
    @Rest(type = "gadget", plural = "gadgets", idPrefix = "g-")
    record Gadget(@Field(required = true) String colour) {}

    @Kind(plural = "clusters")
    @Rest(type = "cluster", plural = "clusters")
    record Usurper(String name) {}

    @Test
    void aPluginsKindIsServedWhileThePluginIsThere() throws Exception {
        KindProvider provider = () -> List.of(Gadget.class, Usurper.class);
        server.servlet.addKinds(provider);

        Answer created = server.asAdmin("POST", "/v3/gadgets", "{\"colour\":\"red\"}");
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.at("/id").asText()).startsWith("g-");
        assertThat(server.asAdmin("GET", "/v3/gadgets?colour=red", null).at("/data"))
                .hasSize(1);
        assertThat(server.asAdmin("GET", "/v3/schemas/cluster", null)
                        .at("/resourceFields/dockerRootDir")
                        .isObject())
                .isTrue();

        server.servlet.removeKinds(provider);
        assertThat(server.asAdmin("GET", "/v3/gadgets", null).status()).isEqualTo(404);
        assertThat(server.asAdmin("GET", "/v3/clusters", null).status()).isEqualTo(200);
    }

    private static String createCluster(String name) throws Exception {
        Answer created = server.asAdmin("POST", "/v3/clusters", "{\"name\":\"" + name + "\"}");
        assertThat(created.status()).as(created.text()).isEqualTo(201);
        return created.at("/id").asText();
    }
}
