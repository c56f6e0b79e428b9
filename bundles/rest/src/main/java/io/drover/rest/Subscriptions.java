package io.drover.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.audit.AuditedCall;
import io.drover.api.auth.Question;
import io.drover.api.socket.SocketRoute;
import io.drover.api.socket.SocketSession;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code /v3/subscribe} and {@code /v3/clusters/{id}/subscribe}: WebSockets that tell of all that their caller's lists would show. */
final class Subscriptions implements SocketRoute, AutoCloseable {

    private static final Pattern PATH = Pattern.compile("(?i)/v3/(?:(clusters?|projects?)/([^/]+)/)?subscribe");
    private static final int THREADS = 2;
    private static final int TICK_SECONDS = 5;
    private static final int MAX_OF_USER = 100;

    private final Types types;
    private final Engine engine;
    private final ScheduledExecutorService workers = Executors.newScheduledThreadPool(THREADS, work -> {
        Thread thread = new Thread(work, "rest-subscriptions");
        thread.setDaemon(true);
        return thread;
    });
    private final Set<Subscription> open = ConcurrentHashMap.newKeySet();
    private final ConcurrentHashMap<String, Integer> ofUsers = new ConcurrentHashMap<>();

    Subscriptions(Types types, Engine engine) {
        this.types = types;
        this.engine = engine;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // ends with the executor
    Subscriptions started() {
        workers.scheduleWithFixedDelay(
                () -> open.forEach(Subscription::tick), TICK_SECONDS, TICK_SECONDS, TimeUnit.SECONDS);
        return this;
    }

    @Override
    public boolean serves(String path) {
        return PATH.matcher(Routes.tidy(path)).matches();
    }

    @Override
    public SocketSession open(Opening opening) {
        try {
            return subscribe(opening);
        } catch (WebApplicationException e) {
            throw new DroverException(
                    switch (e.getResponse().getStatus()) {
                        case 403 -> Fault.DENIED;
                        case 404 -> Fault.NOT_FOUND;
                        default -> Fault.REJECTED;
                    },
                    e.getMessage(),
                    e);
        }
    }

    private SocketSession subscribe(Opening opening) {
        Matcher path = PATH.matcher(Routes.tidy(opening.path()));
        if (!path.matches()) {
            throw Refusal.notFound("not found");
        }
        MultivaluedMap<String, String> query = parameters(opening.query());
        Call call = call(opening, query, opening.audited());
        Optional<String> cluster = path.group(1) == null
                ? Optional.empty()
                : Optional.of(engine.visible(call, types.require(path.group(1)), decoded(path.group(2))))
                        .map(stored -> ObjectId.of(stored).name());
        List<ServedType> wanted = types.all().stream()
                .filter(type -> type.lists() && type.store().changes().isPresent())
                .filter(type -> isWanted(type, query.get("resourceTypes")))
                .filter(type ->
                        cluster.isEmpty() || type.type().field("clusterId").isPresent())
                .toList();
        if (wanted.isEmpty()) {
            throw Refusal.notFound("no resources types matched");
        }
        String user = call.caller().userId();
        if (ofUsers.merge(user, 1, Integer::sum) > MAX_OF_USER) {
            left(user);
            throw DroverException.unavailable("this user has " + MAX_OF_USER + " subscriptions open already");
        }
        var subscription = new Subscription(
                wanted,
                (type, stored) -> resource(call(opening, query, AuditedCall.NONE), type, stored, cluster),
                name -> isWanted(name, query.get("eventNames")),
                cluster.map(Question::enterCluster),
                workers,
                System::nanoTime);
        open.add(subscription);
        subscription.whenClosed(() -> {
            open.remove(subscription);
            left(user);
        });
        return subscription;
    }

    /** The resource as the caller may see it now; empty if he may not, or did not ask for it. */
    private Optional<ObjectNode> resource(Call call, ServedType type, ObjectNode stored, Optional<String> cluster) {
        return engine.listed(call, type, stored)
                .filter(resource -> cluster.isEmpty()
                        || cluster.get().equals(resource.path("clusterId").asText()))
                .filter(new Listing(call, type.type(), "")::asked);
    }

    private void left(String user) {
        ofUsers.computeIfPresent(user, (id, count) -> count > 1 ? count - 1 : null);
    }

    private boolean isWanted(ServedType type, List<String> names) {
        return names == null
                || names.stream().anyMatch(name -> types.find(name)
                        .filter(found -> found.id().equals(type.id()))
                        .isPresent());
    }

    /** What is new is told as a change, so who waits for creations wants changes. */
    private static boolean isWanted(String event, List<String> names) {
        return names == null
                || names.contains(event)
                || event.equals(Subscription.CHANGE) && names.contains("resource.create");
    }

    private static Call call(Opening opening, MultivaluedMap<String, String> query, AuditedCall audited) {
        return Call.ofSocket(
                opening.caller().get(),
                query,
                opening.path(),
                name -> opening.headers().apply(name).stream().findFirst().orElse(null),
                audited);
    }

    private static MultivaluedMap<String, String> parameters(String query) {
        MultivaluedMap<String, String> parameters = new MultivaluedHashMap<>();
        for (String parameter : query.split("&")) {
            if (!parameter.isEmpty()) {
                String[] parts = parameter.split("=", 2);
                parameters.add(decoded(parts[0]), parts.length == 1 ? "" : decoded(parts[1]));
            }
        }
        return parameters;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw DroverException.rejected("the URL is not well-formed: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        open.forEach(subscription -> subscription.end("the API is going away for a moment"));
        workers.shutdown();
    }
}
