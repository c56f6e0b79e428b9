package io.drover.benchmarks;

import static io.drover.benchmarks.Report.number;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.auth.Caller;
import io.drover.api.auth.Question;
import io.drover.apiserver.access.Rbac;
import io.drover.apiserver.kind.BuiltIns;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.store.Author;
import io.drover.apiserver.store.Store;
import io.drover.apiserver.store.Stored;
import io.drover.apiserver.store.Write;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/**
 * How long a decision by Kubernetes' roles takes in process with 100,000 bindings: 20,000 users in 1,000 namespaces, each bound five times,
 * ten of the roles of ten rules each.
 */
final class Decisions {

    private static final int BINDINGS = 100_000;
    private static final int USERS = 19_997;
    private static final int NAMESPACES = 1_000;
    private static final int ROLES = 10;
    private static final int DECISIONS = 2_000_000;
    private static final Author AUTHOR = new Author("bench", "", "create");

    private final Plan plan;

    Decisions(Plan plan) {
        this.plan = plan;
    }

    void run(Report report) throws Exception {
        report.section("Decisions", "By Kubernetes' roles, in process, with 100,000 bindings, half of them yes.");
        try (Store store = Store.open(plan.folder(), Duration.ofHours(1), Clock.systemUTC())) {
            fill(store);
            Rbac rbac = new Rbac(store);
            long begin = System.nanoTime();
            decide(rbac, new SplittableRandom(1));
            double first = (System.nanoTime() - begin) / 1e6;
            long[] times = times(rbac);
            for (int round = 0; round < plan.rounds(); round++) {
                times = times(rbac);
            }
            report.table(
                    List.of("the first, which reads all bindings, ms", "p50 µs", "p99 µs", "p99.9 µs"),
                    List.of(List.of(number(first), micros(times, 0.5), micros(times, 0.99), micros(times, 0.999))));
            report.atMost("a decision with 100,000 bindings, p99", 5, at(times, 0.99), " µs");
        }
    }

    private static String micros(long[] times, double share) {
        return number(at(times, share));
    }

    private static double at(long[] times, double share) {
        return times[(int) (times.length * share)] / 1e3;
    }

    private static long[] times(Rbac rbac) {
        SplittableRandom random = new SplittableRandom(7);
        long[] times = new long[DECISIONS];
        int allowed = 0;
        for (int i = 0; i < DECISIONS; i++) {
            int user = random.nextInt(USERS);
            Caller caller = caller(user);
            Question question = question(user, random);
            long begin = System.nanoTime();
            boolean yes = rbac.decide(caller, question).allowed();
            times[i] = System.nanoTime() - begin;
            allowed += yes ? 1 : 0;
        }
        if (allowed < DECISIONS / 4) {
            throw new IllegalStateException("Only " + allowed + " of " + DECISIONS + " were allowed");
        }
        Arrays.sort(times);
        return times;
    }

    private static boolean decide(Rbac rbac, SplittableRandom random) {
        return rbac.decide(caller(0), question(0, random)).allowed();
    }

    private static Caller caller(int number) {
        return new Caller(
                "u-" + number, List.of("team-" + number % 100, "system:authenticated"), Map.of(), Optional.empty());
    }

    /** In a namespace that the user is bound in, every other time. */
    private static Question question(int user, SplittableRandom random) {
        int binding = user + USERS * random.nextInt(5);
        return new Question(
                "get",
                "group-" + random.nextInt(10),
                "widgets",
                random.nextBoolean() ? namespace(binding) : "ns-" + random.nextInt(NAMESPACES),
                "w");
    }

    private static String namespace(int binding) {
        return "ns-" + (binding * 7) % NAMESPACES;
    }

    private static void fill(Store store) {
        List<CompletableFuture<Stored>> writes = new ArrayList<>();
        for (int i = 0; i < ROLES; i++) {
            ObjectNode role = object("r-" + i, "");
            for (int r = 0; r < 10; r++) {
                ObjectNode rule = role.withArray("rules").addObject();
                rule.putArray("verbs").add("get").add("list").add("watch");
                rule.putArray("apiGroups").add("group-" + r);
                rule.putArray("resources").add("widgets").add("gadgets");
            }
            writes.add(store.write(Write.create(BuiltIns.CLUSTER_ROLES.key("", "r-" + i), role, null, AUTHOR)));
        }
        for (int i = 0; i < BINDINGS; i++) {
            String namespace = namespace(i);
            String name = "b-" + i;
            ObjectNode binding = object(name, namespace);
            binding.putObject("roleRef").put("kind", "ClusterRole").put("name", "r-" + i % ROLES);
            ObjectNode subject = binding.putArray("subjects").addObject();
            if (i % 20 == 0) {
                subject.put("kind", "Group").put("name", "team-" + i % 100);
            } else {
                subject.put("kind", "User").put("name", "u-" + i % USERS);
            }
            writes.add(store.write(Write.create(BuiltIns.ROLE_BINDINGS.key(namespace, name), binding, null, AUTHOR)));
            if (writes.size() == 10_000) {
                CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new))
                        .join();
                writes.clear();
            }
        }
        CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new)).join();
    }

    private static ObjectNode object(String name, String namespace) {
        ObjectNode object = Json.object();
        ObjectNode metadata = object.putObject("metadata").put("name", name);
        if (!namespace.isEmpty()) {
            metadata.put("namespace", namespace);
        }
        return object;
    }
}
