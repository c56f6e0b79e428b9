package io.drover.itests;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** What a program built on fabric8's client sees of an API server: two servers that behave alike are told by the same lines. */
final class Fabric8Program {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String DEFINITION_NAME = "ropes.fabric8.example.com";
    private static final String LAST = "last";
    private static final Map<String, String> SELECTED = Map.of("informed", "yes");
    private static final ResourceDefinitionContext ROPES = new ResourceDefinitionContext.Builder()
            .withGroup("fabric8.example.com")
            .withVersion("v1")
            .withKind("Rope")
            .withPlural("ropes")
            .withNamespaced(true)
            .build();
    private static final String DEFINITION =
            """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: ropes.fabric8.example.com}
            spec:
              group: fabric8.example.com
              scope: Namespaced
              names: {kind: Rope, plural: ropes}
              versions:
              - name: v1
                served: true
                storage: true
                subresources: {status: {}}
                schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
            """;

    private final KubernetesClient client;
    private final String namespace;
    private final List<String> seen;

    private Fabric8Program(KubernetesClient client, String namespace, List<String> seen) {
        this.client = client;
        this.namespace = namespace;
        this.seen = seen;
    }

    static List<String> run(Path kubeconfig) {
        List<String> seen = new ArrayList<>();
        // Watches are WebSockets unless it is said otherwise.
        try (KubernetesClient client = client(kubeconfig, false)) {
            define(client);
            Fabric8Program election = new Fabric8Program(client, "fabric8-election", new ArrayList<>());
            CompletableFuture<?> elected = CompletableFuture.runAsync(() -> election.elect(kubeconfig));
            Fabric8Program program = new Fabric8Program(client, "fabric8", seen);
            program.makeNamespace();
            program.inform();
            program.change();
            program.refuse();
            program.page();
            elected.join();
            seen.addAll(election.seen);
        }
        try (KubernetesClient client = client(kubeconfig, true)) {
            Fabric8Program program = new Fabric8Program(client, "fabric8-http", seen);
            program.makeNamespace();
            program.inform();
        }
        return seen;
    }

    static KubernetesClient client(Path kubeconfig, boolean onlyHttpWatches) {
        Config config = new ConfigBuilder(Config.fromKubeconfig(kubeconfig.toFile()))
                .withOnlyHttpWatches(onlyHttpWatches)
                .withHttpsProxy(null)
                .build();
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    private static void define(KubernetesClient client) {
        client.load(new ByteArrayInputStream(DEFINITION.getBytes(StandardCharsets.UTF_8)))
                .create();
        client.apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName(DEFINITION_NAME)
                .waitUntilCondition(
                        definition -> definition != null
                                && definition.getStatus() != null
                                && definition.getStatus().getConditions().stream()
                                        .anyMatch(c -> c.getType().equals("Established")
                                                && c.getStatus().equals("True")),
                        PATIENCE.toSeconds(),
                        TimeUnit.SECONDS);
    }

    private void makeNamespace() {
        create(new NamespaceBuilder()
                .withNewMetadata()
                .withName(namespace)
                .endMetadata()
                .build());
    }

    /** Informers of a built-in and of a custom kind, while objects come, change, leave the selection, return and go. */
    private void inform() {
        History<ConfigMap> maps = new History<>("map");
        History<GenericKubernetesResource> ropes = new History<>("rope");
        for (String name : List.of("a", "b", "d")) {
            create(map(name));
            create(rope(name));
        }
        try (SharedIndexInformer<ConfigMap> mapInformer = client.configMaps()
                        .inNamespace(namespace)
                        .withLabels(SELECTED)
                        .inform(maps);
                SharedIndexInformer<GenericKubernetesResource> ropeInformer = client.genericKubernetesResources(ROPES)
                        .inNamespace(namespace)
                        .withLabels(SELECTED)
                        .withLimit(2L)
                        .inform(ropes)) {
            for (String kind : List.of("map", "rope")) {
                live(kind);
            }
            Wait.until("the maps' informer saw the last", PATIENCE, () -> maps.events.containsKey(LAST));
            Wait.until("the ropes' informer saw the last", PATIENCE, () -> ropes.events.containsKey(LAST));
            seen.addAll(maps.lines());
            seen.addAll(ropes.lines());
            seen.add("in store: " + names(mapInformer) + names(ropeInformer));
        }
    }

    private static List<String> names(SharedIndexInformer<? extends HasMetadata> informer) {
        return informer.getStore().list().stream()
                .map(object -> object.getMetadata().getName())
                .sorted()
                .toList();
    }

    private void live(String kind) {
        create(object(kind, "c"));
        patch(kind, "c", "{\"metadata\":{\"annotations\":{\"n\":\"2\"}}}");
        patch(kind, "c", "{\"metadata\":{\"annotations\":{\"n\":\"3\"}}}");
        patch(kind, "a", "{\"metadata\":{\"labels\":null}}");
        patch(kind, "a", "{\"metadata\":{\"labels\":{\"informed\":\"yes\"}}}");
        client.resource(object(kind, "b")).delete();
        create(object(kind, "b"));
        patch(kind, "b", "{\"metadata\":{\"finalizers\":[\"example.com/hold\"]}}");
        client.resource(object(kind, "b")).delete();
        patch(kind, "b", "{\"metadata\":{\"finalizers\":null}}");
        create(object(kind, LAST));
    }

    private HasMetadata object(String kind, String name) {
        return kind.equals("map") ? map(name) : rope(name);
    }

    private ConfigMap map(String name) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .withLabels(SELECTED)
                .addToAnnotations("n", "1")
                .endMetadata()
                .build();
    }

    private GenericKubernetesResource rope(String name) {
        GenericKubernetesResource rope = new GenericKubernetesResource();
        rope.setApiVersion("fabric8.example.com/v1");
        rope.setKind("Rope");
        rope.setMetadata(map(name).getMetadata());
        rope.setAdditionalProperty("spec", Map.of("length", 1));
        return rope;
    }

    private void create(HasMetadata object) {
        client.resource(object).create();
    }

    private void patch(String kind, String name, String patch) {
        client.resource(object(kind, name)).patch(PatchContext.of(PatchType.JSON_MERGE), patch);
    }

    /** Edits, applies on the server's side, and changes the status. */
    private void change() {
        GenericKubernetesResource edited = client.resource(rope("c")).edit(rope -> {
            rope.setAdditionalProperty("spec", Map.of("length", 2));
            return rope;
        });
        seen.add("edited " + edited.getAdditionalProperties() + " generation "
                + edited.getMetadata().getGeneration());
        edited.setAdditionalProperty("status", Map.of("taut", true));
        GenericKubernetesResource shown = client.resource(edited).updateStatus();
        seen.add("shown " + new TreeMap<>(shown.getAdditionalProperties()) + " generation "
                + shown.getMetadata().getGeneration());

        ConfigMap applied = client.resource(with("k", "v")).fieldManager("one").serverSideApply();
        seen.add("applied " + applied.getData() + " by "
                + applied.getMetadata().getManagedFields().get(0).getManager());
        seen.add("contended "
                + failure(() ->
                        client.resource(with("k", "w")).fieldManager("two").serverSideApply()));
        seen.add("forced "
                + client.resource(with("k", "w"))
                        .fieldManager("two")
                        .forceConflicts()
                        .serverSideApply()
                        .getData());
        ConfigMap stale = client.resource(map("applied")).get();
        client.resource(map("applied"))
                .edit(map -> map.edit().addToData("x", "y").build());
        seen.add("stale " + failure(() -> client.resource(stale).update()));
    }

    private ConfigMap with(String key, String value) {
        return map("applied").edit().addToData(key, value).build();
    }

    private void refuse() {
        seen.add("twice " + failure(() -> create(map("a"))));
        seen.add("nothing "
                + client.configMaps().inNamespace(namespace).withName("nothing").get());
        seen.add("bad name " + failure(() -> create(map("A_B"))));
        seen.add("no namespace "
                + failure(() -> create(map("x").edit()
                        .editMetadata()
                        .withNamespace("none")
                        .endMetadata()
                        .build())));
    }

    private static String failure(Runnable action) {
        try {
            action.run();
            return "succeeded";
        } catch (KubernetesClientException e) {
            return e.getCode() + " " + e.getStatus().getReason() + " "
                    + e.getStatus().getMessage().replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:]+Z", "<time>");
        }
    }

    private void page() {
        String more = null;
        do {
            var page = client.configMaps()
                    .inNamespace(namespace)
                    .withLabels(SELECTED)
                    .list(new ListOptionsBuilder()
                            .withLimit(2L)
                            .withContinue(more)
                            .build());
            more = page.getMetadata().getContinue();
            seen.add("page "
                    + page.getItems().stream()
                            .map(map -> map.getMetadata().getName())
                            .toList());
        } while (more != null && !more.isEmpty());
    }

    /** Two candidates: the one that leads falls silent, and the other one leads, and then gives the office back. */
    private void elect(Path kubeconfig) {
        makeNamespace();
        List<String> told = new CopyOnWriteArrayList<>();
        try (KubernetesClient other = client(kubeconfig, false)) {
            CompletableFuture<?> first = candidate(other, "first", told).start();
            Wait.until("the first leads", PATIENCE, () -> told.contains("first leads"));
            LeaderElector second = candidate(client, "second", told);
            CompletableFuture<?> standing = second.start();
            Wait.until("the second looks", PATIENCE, () -> told.contains("second sees first"));
            first.cancel(true);
            Wait.until("the second leads", PATIENCE, () -> told.contains("second leads"));
            seen.addAll(told.stream().filter(line -> line.startsWith("second")).toList());
            seen.add(office());
            standing.cancel(true);
            // the client leaves the holder's name there and lets the lease end in a second
            Wait.until("the office is given back", PATIENCE, () -> release(second) && office().endsWith("seconds 1"));
        }
        seen.add(office());
    }

    private String office() {
        Lease lease = client.leases().inNamespace(namespace).withName("office").get();
        return "lease of " + lease.getSpec().getHolderIdentity() + ", transitions "
                + lease.getSpec().getLeaseTransitions() + ", seconds "
                + lease.getSpec().getLeaseDurationSeconds();
    }

    /** A renewal that was broken off may arrive meanwhile; then it is to be tried again. */
    private static boolean release(LeaderElector elector) {
        try {
            elector.release();
            return true;
        } catch (KubernetesClientException e) {
            return false;
        }
    }

    private LeaderElector candidate(KubernetesClient by, String name, List<String> told) {
        return by.leaderElector()
                .withConfig(new LeaderElectionConfigBuilder()
                        .withName("office")
                        .withLock(new LeaseLock(namespace, "office", name))
                        .withLeaseDuration(Duration.ofSeconds(10))
                        .withRenewDeadline(Duration.ofSeconds(8))
                        .withRetryPeriod(Duration.ofMillis(300))
                        .withReleaseOnCancel(false)
                        .withLeaderCallbacks(new LeaderCallbacks(
                                () -> told.add(name + " leads"),
                                () -> {},
                                leader -> told.add(name + " sees " + leader)))
                        .build())
                .build();
    }

    /** What an informer told of each object. */
    private static final class History<T extends HasMetadata> implements ResourceEventHandler<T> {
        private final String kind;
        private final Map<String, List<String>> events = new ConcurrentHashMap<>();

        History(String kind) {
            this.kind = kind;
        }

        @Override
        public void onAdd(T object) {
            note("added", object);
        }

        @Override
        public void onUpdate(T before, T after) {
            note("updated", after);
        }

        @Override
        public void onDelete(T object, boolean finalStateUnknown) {
            note(finalStateUnknown ? "missed" : "deleted", object);
        }

        private void note(String what, T object) {
            events.computeIfAbsent(object.getMetadata().getName(), n -> new CopyOnWriteArrayList<>())
                    .add(what + " n=" + object.getMetadata().getAnnotations().get("n"));
        }

        List<String> lines() {
            return new TreeMap<>(events)
                    .entrySet().stream()
                            .map(e -> kind + " " + e.getKey() + ": " + String.join(", ", e.getValue()))
                            .toList();
        }
    }
}
