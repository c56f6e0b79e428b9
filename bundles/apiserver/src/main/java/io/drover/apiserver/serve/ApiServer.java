package io.drover.apiserver.serve;

import io.drover.api.DroverException;
import io.drover.api.auth.Authorizer;
import io.drover.api.plane.PlaneServer;
import io.drover.apiserver.kind.Kinds;
import io.drover.apiserver.request.Json;
import io.drover.apiserver.request.Refusal;
import io.drover.apiserver.request.Request;
import io.drover.apiserver.store.Store;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
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
    private static final Supplier<Answer> NO_PAGE = () ->
            Answer.of(404, "text/plain; charset=utf-8", "404 page not found\n".getBytes(StandardCharsets.US_ASCII));

    private final Store store;
    private final Kinds kinds = new Kinds();
    private final Access access;
    private final ThreadPoolExecutor executor;
    private final ScheduledThreadPoolExecutor timer;
    private final Reading reading;
    private final Changing changing;
    private final Deleting deleting;
    private final Watching watching;
    private final TimeTravel timeTravel;
    private final Reviews reviews;
    private final Discovery discovery;
    private final OpenApi openApi;
    private final Health health;
    private final Housekeeping housekeeping;

    /** @param authorizer gives null while there is none */
    public ApiServer(Store store, Supplier<Authorizer> authorizer) {
        this.store = store;
        this.access = new Access(authorizer);
        int threads = Math.max(4, 2 * Runtime.getRuntime().availableProcessors());
        executor = new ThreadPoolExecutor(
                threads, threads, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads("drover-api-"));
        executor.allowCoreThreadTimeOut(true);
        timer = new ScheduledThreadPoolExecutor(1, threads("drover-api-timer-"));
        timer.setRemoveOnCancelPolicy(true);
        reading = new Reading(store);
        changing = new Changing(store, executor);
        deleting = new Deleting(store, executor);
        watching = new Watching(store, executor, timer);
        timeTravel = new TimeTravel(store);
        reviews = new Reviews(access, kinds);
        discovery = new Discovery(kinds);
        openApi = new OpenApi(kinds);
        health = new Health(store);
        housekeeping = new Housekeeping(store, kinds, deleting);
        housekeeping.start();
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
        try {
            Request request = new Request(call);
            Optional<Route> route = Route.of(request, kinds);
            if (route.isEmpty()) {
                access.requirePath(request);
                Sending.send(withoutResource(request), reply, executor);
                return;
            }
            String verb = route.get().verb(request);
            access.require(request, route.get(), verb);
            if (timeTravel.concerns(request, route.get())) {
                Sending.send(timeTravel.answer(request, route.get(), verb), reply, executor);
                return;
            }
            if (verb.equals("watch")) {
                watching.start(request, route.get(), reply);
                return;
            }
            answer(request, route.get(), verb).whenComplete((answer, failure) -> {
                if (failure != null) {
                    refuse(failure, reply);
                } else {
                    Sending.send(answer, reply, executor);
                }
            });
        } catch (RuntimeException e) {
            refuse(e, reply);
        }
    }

    private CompletableFuture<Answer> answer(Request request, Route route, String verb) {
        boolean withStatus =
                route.subresource().equals("status") && route.type().statusSubresource();
        boolean finalize = route.subresource().equals("finalize") && verb.equals("update");
        if (!route.subresource().isEmpty() && !withStatus && !finalize) {
            throw Refusal.noSuchPath();
        }
        return switch (verb) {
            case "get" -> CompletableFuture.completedFuture(reading.get(request, route));
            case "list" -> CompletableFuture.completedFuture(reading.list(request, route));
            case "create" -> reviews.isReview(route)
                    ? CompletableFuture.completedFuture(reviews.answer(request, route))
                    : changing.create(request, route);
            case "update" -> changing.update(request, route);
            case "patch" -> changing.patch(request, route);
            case "delete" -> deleting.delete(request, route);
            case "deletecollection" -> deleting.deleteCollection(request, route);
            default -> throw Refusal.methodNotAllowed(request.method());
        };
    }

    private Answer withoutResource(Request request) {
        if (!request.method().equals("GET")) {
            throw Refusal.methodNotAllowed(request.method());
        }
        List<String> path = request.segments();
        return switch (path.isEmpty() ? "" : path.get(0)) {
            case "api", "apis" -> path.size() > 3 ? NO_PAGE.get() : discovery.answer(request);
            case "openapi" -> openApi.answer(request);
            case "version" -> health.version();
            case "livez", "healthz", "readyz" -> health.check(request);
            default -> NO_PAGE.get();
        };
    }

    private void refuse(Throwable failure, Reply reply) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        Refusal refusal;
        if (cause instanceof Refusal known) {
            refusal = known;
        } else if (cause instanceof DroverException known) {
            refusal = Refusal.internal(known.getMessage());
        } else {
            log.error("A request failed", cause);
            refusal = Refusal.internal("see the server's log");
        }
        Sending.send(Answer.of(refusal.code(), Answer.JSON, Json.bytes(refusal.status())), reply, executor);
    }

    @Override
    public void close() {
        housekeeping.close();
        watching.close();
        timer.shutdown();
        executor.shutdown();
        try {
            if (!executor.awaitTermination(5, TimeUnit.SECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        store.close();
    }
}
