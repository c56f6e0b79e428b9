package io.drover.rest;

import io.drover.api.audit.AuditRecords;
import io.drover.api.auth.AuthProviders;
import io.drover.api.auth.Authorizer;
import io.drover.api.auth.Escalation;
import io.drover.api.auth.IdentityProviderFactory;
import io.drover.api.auth.SecondFactor;
import io.drover.api.auth.Sessions;
import io.drover.api.auth.SignIns;
import io.drover.api.cluster.AgentManifests;
import io.drover.api.driver.ClusterDriver;
import io.drover.api.kind.KindDefinition;
import io.drover.api.kind.KindProvider;
import io.drover.api.kind.RestType;
import io.drover.api.model.Cluster;
import io.drover.api.model.ClusterRegistrationToken;
import io.drover.api.model.ClusterRoleTemplateBinding;
import io.drover.api.model.GlobalRole;
import io.drover.api.model.GlobalRoleBinding;
import io.drover.api.model.RoleTemplate;
import io.drover.api.model.Setting;
import io.drover.api.model.Token;
import io.drover.api.model.User;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Resource;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** The API's parts, put together: the core's types with what is special about each, and those that plugins bring. */
final class Api {

    private static final String GROUP = "management.cattle.io";

    private final ManagementPlane plane;
    private final AuthProviders providers;
    private final Rights rights;
    private final Engine engine;
    private final Types types = new Types();
    private final Drivers drivers = new Drivers();
    private final ClusterHooks clusterHooks;
    private final Map<KindProvider, List<String>> provided = new ConcurrentHashMap<>();
    private final List<Object> resources;

    Api(
            ManagementPlane plane,
            Authorizer authorizer,
            SignIns signIns,
            Sessions sessions,
            SecondFactor secondFactor,
            AuthProviders providers,
            DriverSecrets driverSecrets,
            ClusterNamespaces namespaces,
            AgentManifests manifests,
            UnaryOperator<String> environment,
            Clock clock) {
        this.plane = plane;
        this.providers = providers;
        Settings settings = new Settings(plane, environment);
        this.rights = new Rights(authorizer, () -> plane.watched(Cluster.class).list().stream()
                .map(Resource::name)
                .toList());
        this.engine = new Engine(types, rights, clock);
        Escalation escalation = new Escalation(
                authorizer, name -> plane.objects(RoleTemplate.class).get(name).map(Resource::value));
        this.clusterHooks = new ClusterHooks(plane, signIns, settings, drivers, driverSecrets, namespaces);
        serveClusters();
        serve(ClusterRegistrationToken.class, new RegistrationTokenHooks(settings));
        serve(ClusterRoleTemplateBinding.class, new ClusterBindingHooks(plane, escalation));
        serve(GlobalRole.class, RoleHooks.ofGlobalRoles(escalation));
        serve(GlobalRoleBinding.class, new GlobalRoleBindingHooks(plane, escalation));
        serve(RoleTemplate.class, RoleHooks.ofTemplates(escalation, plane));
        serve(Setting.class, new SettingHooks(settings));
        serve(
                User.class,
                new UserHooks(plane, signIns, secondFactor, providers, escalation, settings, rights, types, engine));
        KindDefinition token = KindDefinition.of(Token.class);
        serve(
                token,
                token.rest().orElseThrow(),
                new TokenStore(plane, signIns),
                new TokenHooks(plane, sessions, authorizer, clock));
        serveAuthConfig(AuthConfigTypes.COMMON, Optional.empty(), Optional.empty());
        serveAuthConfig(
                AuthConfigTypes.of(AuthConfigTypes.LocalConfig.class), Optional.of("localConfig"), Optional.empty());
        Principals principals = new Principals(plane, providers);
        types.put(new ServedType(
                RestType.of(Principals.Principal.class),
                GROUP,
                "principals",
                ServedType.V3,
                principals,
                new PrincipalHooks(plane, principals, providers, rights, types, engine)));
        types.put(new ServedType(
                SubscribeType.TYPE, GROUP, "subscribe", ServedType.V3, new SubscribeType(), TypeHooks.NONE));
        WaitingTokens waitingTokens = new WaitingTokens(plane, clock);
        DeviceSignIns devices = new DeviceSignIns(plane, clock);
        Registrations registrations = new Registrations(plane, clock);
        this.resources = List.of(
                new ManagementApi(types, new Schemas(types, rights), engine),
                new PublicApi(signIns, providers, waitingTokens, devices, settings, clock),
                new AuthTokensApi(waitingTokens, devices, new Polls(clock)),
                new SignInPage(),
                new ServerApi(registrations, settings),
                new ImportApi(registrations, manifests, settings));
    }

    private void serveAuthConfig(RestType type, Optional<String> only, Optional<IdentityProviderFactory<?>> kind) {
        types.put(new ServedType(
                type,
                GROUP,
                "authconfigs",
                ServedType.V3,
                new AuthConfigStore(plane, providers, only),
                new AuthConfigHooks(types, rights, engine, providers, kind)));
    }

    private void serveClusters() {
        KindDefinition cluster = KindDefinition.of(Cluster.class);
        RestType type = drivers.extend(cluster.rest().orElseThrow());
        serve(cluster, type, new PlaneStore<>(plane, Cluster.class), clusterHooks);
    }

    private <K extends Record> void serve(Class<K> kind, TypeHooks hooks) {
        KindDefinition definition = KindDefinition.of(kind);
        definition.rest().ifPresent(type -> serve(definition, type, new PlaneStore<>(plane, kind), hooks));
    }

    private void serve(KindDefinition kind, RestType type, Store store, TypeHooks hooks) {
        types.put(served(kind, type, store, hooks));
    }

    private static ServedType served(KindDefinition kind, RestType type, Store store, TypeHooks hooks) {
        return new ServedType(type, kind.group(), kind.plural(), ServedType.V3, store, hooks);
    }

    /** Serves what a plugin brings; no plugin takes the place of a type that is there. */
    void add(KindProvider provider) {
        List<String> added = new ArrayList<>();
        for (Class<? extends Record> kind : provider.kinds()) {
            KindDefinition definition = KindDefinition.of(kind);
            definition
                    .rest()
                    .map(type -> served(definition, type, new PlaneStore<>(plane, kind), TypeHooks.NONE))
                    .filter(types::addNew)
                    .ifPresent(type -> added.add(type.id()));
        }
        provided.put(provider, added);
    }

    void remove(KindProvider provider) {
        provided.getOrDefault(provider, List.of()).forEach(types::remove);
        provided.remove(provider);
    }

    void add(ClusterDriver<?> driver) {
        drivers.add(driver);
        serveClusters();
    }

    void remove(ClusterDriver<?> driver) {
        drivers.remove(driver);
        serveClusters();
    }

    void add(IdentityProviderFactory<?> kind) {
        RestType type = AuthConfigTypes.of(kind.configuration());
        serveAuthConfig(type, Optional.of(type.id()), Optional.of(kind));
    }

    void remove(IdentityProviderFactory<?> kind) {
        types.remove(RestType.of(kind.configuration()).id());
    }

    void add(AuditRecords records) {
        AuditLogs logs = new AuditLogs(records, rights, types);
        types.put(new ServedType(AuditLogs.TYPE, GROUP, "auditlogs", ServedType.V3, logs, logs));
    }

    void remove(AuditRecords records) {
        types.find(AuditLogs.TYPE.id())
                .filter(type -> type.hooks() instanceof AuditLogs logs && logs.isOf(records))
                .ifPresent(type -> types.remove(type.id()));
    }

    /** To be closed when nobody answers any more. */
    Subscriptions openSubscriptions() {
        return new Subscriptions(types, engine).started();
    }

    /** The JAX-RS resources. */
    List<Object> resources() {
        return resources;
    }

    static List<Object> providers() {
        return List.of(
                new RequestFilter(), new AnswerFilter(), new ErrorMapper(), new JsonWriter(), new GzipInterceptor());
    }
}
