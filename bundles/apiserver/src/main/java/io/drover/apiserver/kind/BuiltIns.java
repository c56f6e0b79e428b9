package io.drover.apiserver.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.drover.apiserver.kind.ResourceType.Column;
import io.drover.apiserver.kind.ResourceType.Rules;
import io.drover.apiserver.schema.Schema;
import io.fabric8.kubernetes.api.model.APIService;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.authentication.SelfSubjectReview;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authorization.v1.LocalSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectRulesReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.Function;

/** The kinds that are there without any definition. */
public final class BuiltIns {

    public static final String CRD_GROUP = "apiextensions.k8s.io";
    static final String CREATED =
            "CreationTimestamp is a timestamp representing the server time when this object was created. It"
                    + " is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value."
                    + " It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More"
                    + " info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata";
    public static final ResourceType NAMESPACES = kind("", "v1", "namespaces", Namespace.class)
            .clusterScoped()
            .shortName("ns")
            .verbs(List.of("create", "delete", "get", "list", "patch", "update", "watch"))
            .withStatus()
            .rules(new NamespaceRules())
            .selectable("status.phase")
            .column("Status", path(".status.phase"))
            .age()
            .build();
    public static final ResourceType SECRETS = kind("", "v1", "secrets", Secret.class)
            .rules(new SecretRules())
            .selectable("type")
            .column("Type", path(".type"))
            .column("Data", count("data"))
            .age()
            .build();
    public static final ResourceType CONFIG_MAPS = kind("", "v1", "configmaps", ConfigMap.class)
            .shortName("cm")
            .rules(new ConfigMapRules())
            .column(
                    "Data",
                    o -> IntNode.valueOf(
                            o.path("data").size() + o.path("binaryData").size()))
            .age()
            .build();
    public static final ResourceType SERVICE_ACCOUNTS = kind("", "v1", "serviceaccounts", ServiceAccount.class)
            .shortName("sa")
            .column("Secrets", count("secrets"))
            .age()
            .build();
    public static final ResourceType EVENTS = EventRules.selectable(EventRules.columns(
                    kind("", "v1", "events", Event.class).shortName("ev").rules(EventRules.CORE)))
            .build();
    public static final ResourceType NEW_EVENTS = EventRules.newSelectable(EventRules.columns(
                    kind("events.k8s.io", "v1", "events", io.fabric8.kubernetes.api.model.events.v1.Event.class)
                            .shortName("ev")
                            .storedAs("/core/events/", "v1")
                            .rules(EventRules.NEW)))
            .build();
    public static final ResourceType LEASES = kind("coordination.k8s.io", "v1", "leases", Lease.class)
            .rules(new LeaseRules())
            .column("Holder", path(".spec.holderIdentity"))
            .age()
            .build();
    public static final ResourceType CUSTOM_RESOURCE_DEFINITIONS = kind(
                    CRD_GROUP, "v1", "customresourcedefinitions", CustomResourceDefinition.class)
            .clusterScoped()
            .shortName("crd")
            .shortName("crds")
            .category("api-extensions")
            .withStatus()
            .rules(new DefinitionRules())
            .createdAt()
            .build();
    public static final ResourceType ROLES = kind("rbac.authorization.k8s.io", "v1", "roles", Role.class)
            .rules(new RoleRules())
            .createdAt()
            .build();
    public static final ResourceType CLUSTER_ROLES = kind(
                    "rbac.authorization.k8s.io", "v1", "clusterroles", ClusterRole.class)
            .clusterScoped()
            .rules(new RoleRules())
            .createdAt()
            .build();
    public static final ResourceType ROLE_BINDINGS = bindingColumns(
                    kind("rbac.authorization.k8s.io", "v1", "rolebindings", RoleBinding.class))
            .rules(new BindingRules())
            .build();
    public static final ResourceType CLUSTER_ROLE_BINDINGS = bindingColumns(
                    kind("rbac.authorization.k8s.io", "v1", "clusterrolebindings", ClusterRoleBinding.class)
                            .clusterScoped())
            .rules(new BindingRules())
            .build();
    public static final ResourceType SELF_SUBJECT_REVIEWS =
            review("authentication.k8s.io", "selfsubjectreviews", SelfSubjectReview.class);
    public static final ResourceType SELF_SUBJECT_ACCESS_REVIEWS =
            review("authorization.k8s.io", "selfsubjectaccessreviews", SelfSubjectAccessReview.class);
    public static final ResourceType SELF_SUBJECT_RULES_REVIEWS =
            review("authorization.k8s.io", "selfsubjectrulesreviews", SelfSubjectRulesReview.class);

    public static final ResourceType TOKEN_REVIEWS = review("authentication.k8s.io", "tokenreviews", TokenReview.class);
    public static final ResourceType SUBJECT_ACCESS_REVIEWS =
            review("authorization.k8s.io", "subjectaccessreviews", SubjectAccessReview.class);
    public static final ResourceType LOCAL_SUBJECT_ACCESS_REVIEWS = kind(
                    "authorization.k8s.io", "v1", "localsubjectaccessreviews", LocalSubjectAccessReview.class)
            .verbs(List.of("create"))
            .build();
    /** Body of the subresource {@code serviceaccounts/token}; no resource of its own. */
    public static final ResourceType TOKEN_REQUESTS =
            review("authentication.k8s.io", "tokenrequests", TokenRequest.class);

    public static final ResourceType RESOURCE_QUOTAS = kind("", "v1", "resourcequotas", ResourceQuota.class)
            .shortName("quota")
            .withStatus()
            .rules(new QuotaRules())
            .column("Request", o -> TextNode.valueOf(used(o, false)))
            .column("Limit", o -> TextNode.valueOf(used(o, true)))
            .age()
            .build();
    public static final ResourceType VALIDATING_WEBHOOKS = kind(
                    "admissionregistration.k8s.io",
                    "v1",
                    "validatingwebhookconfigurations",
                    ValidatingWebhookConfiguration.class)
            .clusterScoped()
            .category("api-extensions")
            .rules(new WebhookRules(false))
            .column("Webhooks", count("webhooks"))
            .age()
            .build();
    public static final ResourceType MUTATING_WEBHOOKS = kind(
                    "admissionregistration.k8s.io",
                    "v1",
                    "mutatingwebhookconfigurations",
                    MutatingWebhookConfiguration.class)
            .clusterScoped()
            .category("api-extensions")
            .rules(new WebhookRules(true))
            .column("Webhooks", count("webhooks"))
            .age()
            .build();
    public static final ResourceType VALIDATING_POLICIES = kind(
                    "admissionregistration.k8s.io",
                    "v1",
                    "validatingadmissionpolicies",
                    ValidatingAdmissionPolicy.class)
            .clusterScoped()
            .category("api-extensions")
            .withStatus()
            .rules(new PolicyRules())
            .column(
                    "Validations",
                    o -> IntNode.valueOf(o.at("/spec/validations").size()))
            .column("ParamKind", o -> {
                JsonNode kind = o.at("/spec/paramKind");
                return TextNode.valueOf(
                        kind.isObject()
                                ? kind.path("apiVersion").asText() + "/"
                                        + kind.path("kind").asText()
                                : "<unset>");
            })
            .age()
            .build();
    public static final ResourceType VALIDATING_POLICY_BINDINGS = kind(
                    "admissionregistration.k8s.io",
                    "v1",
                    "validatingadmissionpolicybindings",
                    ValidatingAdmissionPolicyBinding.class)
            .clusterScoped()
            .category("api-extensions")
            .rules(new PolicyBindingRules())
            .column("PolicyName", path(".spec.policyName"))
            .column("ParamRef", o -> {
                JsonNode reference = o.at("/spec/paramRef");
                return TextNode.valueOf(
                        reference.isObject()
                                ? reference.path("namespace").asText("*") + "/"
                                        + reference.path("name").asText("*")
                                : "<unset>");
            })
            .age()
            .build();
    public static final ResourceType API_SERVICES = kind(
                    "apiregistration.k8s.io", "v1", "apiservices", APIService.class)
            .clusterScoped()
            .category("api-extensions")
            .rules(new ApiServiceRules())
            .age()
            .build();

    private BuiltIns() {}

    public static List<ResourceType> all() {
        return List.of(
                NAMESPACES,
                SECRETS,
                CONFIG_MAPS,
                SERVICE_ACCOUNTS,
                EVENTS,
                NEW_EVENTS,
                LEASES,
                CUSTOM_RESOURCE_DEFINITIONS,
                ROLES,
                CLUSTER_ROLES,
                ROLE_BINDINGS,
                CLUSTER_ROLE_BINDINGS,
                SELF_SUBJECT_REVIEWS,
                SELF_SUBJECT_ACCESS_REVIEWS,
                SELF_SUBJECT_RULES_REVIEWS,
                TOKEN_REVIEWS,
                SUBJECT_ACCESS_REVIEWS,
                LOCAL_SUBJECT_ACCESS_REVIEWS,
                RESOURCE_QUOTAS,
                VALIDATING_WEBHOOKS,
                MUTATING_WEBHOOKS,
                VALIDATING_POLICIES,
                VALIDATING_POLICY_BINDINGS,
                API_SERVICES);
    }

    /** {@code secrets: 1/10, …}, of upper limits of pods or of all else. */
    private static String used(ObjectNode quota, boolean limits) {
        StringJoiner parts = new StringJoiner(", ");
        quota.at("/status/hard").properties().stream()
                .filter(hard -> hard.getKey().startsWith("limits.") == limits)
                .forEach(hard -> parts.add(hard.getKey() + ": "
                        + quota.at("/status/used").path(hard.getKey()).asText("0") + "/"
                        + hard.getValue().asText()));
        return parts.toString();
    }

    private static ResourceType review(String group, String plural, Class<?> model) {
        return kind(group, "v1", plural, model)
                .clusterScoped()
                .verbs(List.of("create"))
                .build();
    }

    private static Builder bindingColumns(Builder builder) {
        return builder.column(
                        "Role",
                        o -> TextNode.valueOf(o.at("/roleRef/kind").asText() + "/"
                                + o.at("/roleRef/name").asText()))
                .age()
                .wide("Users", subjects("User"))
                .wide("Groups", subjects("Group"))
                .wide("ServiceAccounts", subjects("ServiceAccount"));
    }

    private static Function<ObjectNode, JsonNode> subjects(String kind) {
        return object -> {
            StringJoiner names = new StringJoiner(", ");
            for (JsonNode subject : object.path("subjects")) {
                if (subject.path("kind").asText().equals(kind)) {
                    String name = subject.path("name").asText();
                    names.add(
                            kind.equals("ServiceAccount")
                                    ? subject.path("namespace").asText() + "/" + name
                                    : name);
                }
            }
            return TextNode.valueOf(names.toString());
        };
    }

    static Function<ObjectNode, JsonNode> path(String path) {
        JsonPath compiled = JsonPath.of(path);
        return object -> compiled.first(object).orElse(null);
    }

    private static Function<ObjectNode, JsonNode> count(String field) {
        return object -> IntNode.valueOf(object.path(field).size());
    }

    private static Builder kind(String group, String version, String plural, Class<?> model) {
        return new Builder(group, version, plural, model);
    }

    static final class Builder {
        private final String group;
        private final String version;
        private final String plural;
        private final Class<?> model;
        private final List<String> shortNames = new ArrayList<>();
        private final List<String> categories = new ArrayList<>();
        private final List<Column> columns = new ArrayList<>();
        private final List<String> selectable = new ArrayList<>();
        private boolean namespaced = true;
        private boolean status;
        private List<String> verbs = ResourceType.ALL_VERBS;
        private Rules rules = Rules.NONE;
        private String topic;
        private String storedAs;

        private Builder(String group, String version, String plural, Class<?> model) {
            this.group = group;
            this.version = version;
            this.plural = plural;
            this.model = model;
            this.topic = "/" + (group.isEmpty() ? "core" : group) + "/" + plural + "/";
            this.storedAs = group.isEmpty() ? version : group + "/" + version;
        }

        Builder clusterScoped() {
            namespaced = false;
            return this;
        }

        Builder shortName(String name) {
            shortNames.add(name);
            return this;
        }

        Builder category(String name) {
            categories.add(name);
            return this;
        }

        Builder withStatus() {
            status = true;
            return this;
        }

        Builder verbs(List<String> newVerbs) {
            verbs = newVerbs;
            return this;
        }

        Builder rules(Rules newRules) {
            rules = newRules;
            return this;
        }

        Builder storedAs(String newTopic, String apiVersion) {
            topic = newTopic;
            storedAs = apiVersion;
            return this;
        }

        Builder selectable(String... fields) {
            selectable.addAll(List.of(fields));
            return this;
        }

        Builder column(String name, Function<ObjectNode, JsonNode> cell) {
            columns.add(new Column(name, "string", "", "", 0, cell));
            return this;
        }

        Builder wide(String name, Function<ObjectNode, JsonNode> cell) {
            columns.add(new Column(name, "string", "", "", 1, cell));
            return this;
        }

        /** The name, where it is not the first column. */
        Builder wideName() {
            columns.add(new Column("Name", "string", "name", "", 1, path(".metadata.name")));
            return this;
        }

        Builder age() {
            columns.add(new Column("Age", "string", "", CREATED, 0, Ages::sinceCreation));
            return this;
        }

        Builder createdAt() {
            columns.add(new Column("Created At", "date", "", CREATED, 0, path(".metadata.creationTimestamp")));
            return this;
        }

        ResourceType build() {
            String kind = model.getSimpleName();
            Schema schema = ModelSchemas.of(model);
            return new ResourceType(
                    group,
                    version,
                    plural,
                    kind.toLowerCase(Locale.ROOT),
                    kind,
                    kind + "List",
                    namespaced,
                    List.copyOf(shortNames),
                    List.copyOf(categories),
                    verbs,
                    status,
                    schema,
                    List.copyOf(columns),
                    List.copyOf(selectable),
                    topic,
                    storedAs,
                    rules,
                    false,
                    Optional.empty(),
                    Optional.empty(),
                    0);
        }
    }
}
