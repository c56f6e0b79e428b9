package io.drover.apiserver.serve;

import io.drover.api.DroverException;
import io.drover.api.auth.Authorizer;
import io.drover.api.auth.BearerTokens;
import io.drover.api.plane.PlaneServer;
import io.drover.apiserver.access.AggregatedRoles;
import io.drover.apiserver.access.DefaultRoles;
import io.drover.apiserver.access.EventExpiry;
import io.drover.apiserver.access.Keepers;
import io.drover.apiserver.access.NamespaceDefaults;
import io.drover.apiserver.access.OwnRequests;
import io.drover.apiserver.access.PolicyStatus;
import io.drover.apiserver.access.Rbac;
import io.drover.apiserver.access.Rights;
import io.drover.apiserver.access.RuleReview;
import io.drover.apiserver.access.ServiceAccountTokens;
import io.drover.apiserver.access.TokenRequests;
import io.drover.apiserver.access.TokenReviews;
import io.drover.apiserver.admission.AdmissionChain;
import io.drover.apiserver.admission.Quotas;
import io.drover.apiserver.kind.Kinds;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.request.Refusal;
import io.drover.apiserver.request.Request;
import io.drover.apiserver.store.Store;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The embedded API server: takes a call apart, asks whether the caller may, and hands it to whom it concerns. */
public final class ApiServer implements PlaneServer, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ApiServer.class);
    private static final int MAX_WAITING = 10_000;
    private static final int MOST_BLOCKED = 64;

    private final Store store;
    private final Kinds kinds = new Kinds();
    private final Access access;
    private final ThreadPoolExecutor executor;
    /** At most half as many as there are processors: however many listen, there is time for who asks. */
    private final ThreadPoolExecutor watchers;

    private final ScheduledThreadPoolExecutor timer;
    private final Reading reading;
    private final AdmissionChain admissions;
    private final Changing changing;
    private final Deleting deleting;
    /** The same, on threads that may wait for webhooks. */
    private final Changing changingSlowly;

    private final Deleting deletingSlowly;
    private final ThreadPoolExecutor blocking;
    private final Watching watching;
    private final TimeTravel timeTravel;
    private final Reviews reviews;
    private final Discovery discovery;
    private final OpenApi openApi;
    private final Health health;
    private final TokenIssuer tokenIssuer;
    private final Housekeeping housekeeping;
    private final ServiceAccountTokens tokens;
    private final OwnRequests ownRequests = new OwnRequests(this);
    private final Keepers keepers;

    /** @param authorizer gives null while there is none */
    public ApiServer(Store store, Supplier<Authorizer> authorizer) {
        this(store, Environment.with(authorizer));
    }

    public ApiServer(Store store, Environment environment) {
        this.store = store;
        Rbac rbac = new Rbac(store);
        this.access = new Access(new Rights(rbac, environment.authorizer()));
        int processors = Runtime.getRuntime().availableProcessors();
        executor = pool(Math.max(4, 2 * processors), Integer.MAX_VALUE, "drover-api-");
        watchers = pool(Math.max(1, processors / 2), Integer.MAX_VALUE, "drover-api-watch-");
        timer = new ScheduledThreadPoolExecutor(1, threads("drover-api-timer-"));
        timer.setRemoveOnCancelPolicy(true);
        reading = new Reading(store);
        blocking = pool(MOST_BLOCKED, MAX_WAITING, "drover-api-webhooks-");
        admissions = new AdmissionChain(
                environment.admissions(),
                store,
                kinds,
                access.rights(),
                environment.webhooksAtLoopback(),
                Patching::json);
        Quotas quotas = new Quotas();
        store.accompany(quotas);
        changing = new Changing(store, access, admissions, quotas, executor);
        changingSlowly = new Changing(store, access, admissions, quotas, blocking);
        deleting = new Deleting(store, admissions, executor);
        deletingSlowly = new Deleting(store, admissions, blocking);
        watching = new Watching(store, watchers, timer, System::nanoTime, new Random());
        timeTravel = new TimeTravel(store);
        tokens = new ServiceAccountTokens(store, Clock.systemUTC());
        reviews = new Reviews(
                access.rights(),
                new RuleReview(access.rights(), kinds),
                new TokenReviews(tokens, environment.callers()),
                new TokenRequests(tokens));
        discovery = new Discovery(kinds);
        openApi = new OpenApi(kinds);
        health = new Health(store);
        tokenIssuer = new TokenIssuer(tokens);
        housekeeping = new Housekeeping(store, kinds, deleting);
        housekeeping.start();
        new DefaultRoles(ownRequests).addMissing();
        keepers = new Keepers(store);
        keepers.add(rbac);
        keepers.add(new AggregatedRoles(store, ownRequests));
        keepers.add(new PolicyStatus(store, kinds, ownRequests));
        keepers.add(new EventExpiry(store, environment.eventsKept(), Clock.systemUTC()));
    }

    /** Keeps in every namespace what Kubernetes' controllers put there. */
    public void keepNamespaceDefaults() {
        keepers.add(new NamespaceDefaults(store, ownRequests));
    }

    /** Knows the tokens of service accounts. */
    public BearerTokens bearerTokens() {
        return tokens;
    }

    /** Signs service accounts' tokens with a new key from now on; those signed before stay good until they end. */
    public void rotateTokenKey() {
        tokens.rotateKey();
    }

    /** The answer where nobody knows the path. */
    static Answer noPage() {
        return Answer.of(404, "text/plain; charset=utf-8", "404 page not found\n".getBytes(StandardCharsets.US_ASCII));
    }

    private static ThreadPoolExecutor pool(int threads, int mostWaiting, String prefix) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads, threads, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(mostWaiting), threads(prefix));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static ThreadFactory threads(String prefix) {
        AtomicInteger number = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, prefix + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    @Override
    public void handle(Call call, Reply reply) {
        if (executor.getQueue().size() > MAX_WAITING) {
            refuse(Refusal.tooManyRequests(), reply);
        } else {
            executor.execute(() -> serve(call, reply));
        }
    }

    private void serve(Call call, Reply reply) {
        Request request;
        try {
            request = new Request(call, reply);
        } catch (Refusal e) {
            refuse(e, reply);
            return;
        }
        serve(request, reply);
    }

    private void serve(Request request, Reply reply) {
        try {
            Optional<Route> route = Route.of(request, kinds);
            if (route.isEmpty()) {
                access.requirePath(request);
                send(withoutResource(request), request, reply);
                return;
            }
            String verb = route.get().verb(request);
            access.require(request, route.get(), verb);
            route.get().type().warning().ifPresent(request::warn);
            if (timeTravel.concerns(request, route.get())) {
                send(timeTravel.answer(request, route.get(), verb), request, reply);
                return;
            }
            if (verb.equals("watch")) {
                watching.start(request, route.get(), reply);
                return;
            }
            answer(request, route.get(), verb).whenComplete((answer, failure) -> {
                Answer sent = failure == null ? answer : refusal(failure);
                send(sent.warning(request.warnings()), request, reply);
            });
        } catch (RuntimeException e) {
            Sending.send(refusal(e).warning(request.warnings()), reply, executor);
        }
    }

    private void send(Answer answer, Request request, Reply reply) {
        Sending.send(Compression.of(answer, request.header("accept-encoding")), reply, executor);
    }

    private CompletableFuture<Answer> answer(Request request, Route route, String verb) {
        boolean withStatus =
                route.subresource().equals("status") && route.type().statusSubresource();
        boolean finalize = route.subresource().equals("finalize") && verb.equals("update");
        if (route.subresource().equals("scale") && route.type().custom()) {
            return admissions.mayBlock(route.type())
                    ? CompletableFuture.supplyAsync(
                                    () -> Scaling.answer(request, route, verb, store, changingSlowly), blocking)
                            .thenCompose(answer -> answer)
                    : Scaling.answer(request, route, verb, store, changing);
        }
        if (!route.subresource().isEmpty() && !withStatus && !finalize && !route.isTokenRequest()) {
            throw route.type().custom() ? Refusal.notFound(route.type(), route.name()) : Refusal.noSuchPath();
        }
        request.checkTimeout();
        if (!verb.equals("get") && !verb.equals("list")) {
            request.checkOptions();
        }
        if (reviews.isReview(route)) {
            return CompletableFuture.completedFuture(reviews.answer(request, route));
        }
        return switch (verb) {
            case "get" -> CompletableFuture.completedFuture(reading.get(request, route));
            case "list" -> CompletableFuture.completedFuture(reading.list(request, route));
            default -> admissions.mayBlock(route.type())
                    ? CompletableFuture.supplyAsync(
                                    () -> change(request, route, verb, changingSlowly, deletingSlowly), blocking)
                            .thenCompose(answer -> answer)
                    : change(request, route, verb, changing, deleting);
        };
    }

    private static CompletableFuture<Answer> change(
            Request request, Route route, String verb, Changing changing, Deleting deleting) {
        return switch (verb) {
            case "create" -> changing.create(request, route);
            case "update" -> changing.update(request, route);
            case "patch" -> changing.patch(request, route);
            case "delete" -> deleting.delete(request, route);
            case "deletecollection" -> deleting.deleteCollection(request, route);
            default -> throw Refusal.methodNotAllowed(request.method());
        };
    }

    private Answer unknownResource(List<String> path) {
        boolean known = kinds.groupVersions().stream()
                .anyMatch(v -> v.startsWith(path.get(1) + "/")
                        && !kinds.in(v).iterator().next().custom());
        if (known && path.get(0).equals("apis")) {
            throw Refusal.noSuchPath();
        }
        return noPage();
    }

    private Answer withoutResource(Request request) {
        if (!request.method().equals("GET")) {
            throw Refusal.methodNotAllowed(request.method());
        }
        List<String> path = request.segments();
        return switch (path.isEmpty() ? "" : path.get(0)) {
            case "api", "apis" -> path.size() > 3 ? unknownResource(path) : discovery.answer(request);
            case "openapi" -> openApi.answer(request);
            case "version" -> health.version();
            case "openid", ".well-known" -> tokenIssuer.answer(request);
            case "livez", "healthz", "readyz" -> health.check(request);
            default -> noPage();
        };
    }

    private void refuse(Refusal refusal, Reply reply) {
        Sending.send(refusal(refusal), reply, executor);
    }

    private static Answer refusal(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        Refusal refusal;
        if (cause instanceof Refusal known) {
            refusal = known;
        } else if (cause instanceof RejectedExecutionException) {
            refusal = Refusal.tooManyRequests();
        } else if (cause instanceof DroverException known) {
            refusal = Refusal.internal(known.getMessage());
        } else {
            log.error("A request failed", cause);
            refusal = Refusal.internal("see the server's log");
        }
        Answer answer = Answer.of(refusal.code(), Answer.JSON, Json.bytes(refusal.status()));
        return refusal.retryAfter() == 0 ? answer : answer.with("retry-after", Integer.toString(refusal.retryAfter()));
    }

    @Override
    public void close() {
        keepers.close();
        housekeeping.close();
        watching.close();
        admissions.close();
        timer.shutdown();
        blocking.shutdown();
        end(watchers);
        end(executor);
        store.close();
    }

    private static void end(ThreadPoolExecutor pool) {
        pool.shutdown();
        try {
            if (!pool.awaitTermination(5, TimeUnit.SECONDS)) {
                pool.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
