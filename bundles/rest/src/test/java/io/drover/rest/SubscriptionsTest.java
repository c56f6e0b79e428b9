package io.drover.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.audit.AuditedCall;
import io.drover.api.auth.Caller;
import io.drover.api.auth.Question;
import io.drover.api.model.Cluster;
import io.drover.api.socket.SocketPeer;
import io.drover.api.socket.SocketRoute;
import io.drover.api.socket.SocketSession;
import io.drover.testkit.Eventually;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SubscriptionsTest {

    private static final String USER = "u-plain";
    private static final ObjectMapper JSON = new ObjectMapper();

    private ApiServer server;
    private Subscriptions subscriptions;

    @BeforeEach
    void start() throws Exception {
        server = new ApiServer();
        server.user(USER, "jo", "Jo");
        subscriptions = server.api.openSubscriptions();
    }

    @AfterEach
    void stop() throws Exception {
        subscriptions.close();
        server.close();
    }

    @Test
    void tellsWhatIsThereThenEveryChangeAndWhatHasGoneAsLookingItUpWould() throws Exception {
        String first = cluster("first");
        Heard admin = subscribe(ApiServer.ADMIN, "/v3/subscribe", "resourceTypes=cluster&resourceTypes=nosuch");
        admin.await("resource.change", first);

        String second = cluster("second");
        JsonNode told = admin.await("resource.change", second);
        assertThat(told.path("resourceType").asText()).isEqualTo("cluster");
        assertThat(told.path("data"))
                .isEqualTo(server.asAdmin("GET", "/v3/clusters/" + second, null).json());
        assertThat(admin.types()).containsOnly("cluster");

        annotate(first, "changed");
        Eventually.until("the change is told", () -> admin.messages().stream()
                .anyMatch(
                        message -> message.at("/data/annotations/test").asText().equals("changed")));

        server.plane.objects(Cluster.class).delete(second);
        assertThat(admin.await("resource.remove", second).at("/data/name").asText())
                .isEqualTo("second");
    }

    @Test
    void tellsNobodyWhatHisListsWouldNotShowAndThatItHasGoneWhenTheyDoNotAnyMore() throws Exception {
        String hidden = cluster("hidden");
        String shown = cluster("shown");
        boolean[] may = {true};
        server.authorizer.grant(
                USER, q -> may[0] && q.verb().equals("get") && q.name().equals(shown));

        Heard user = subscribe(USER, "/v3/subscribe", "");
        user.await("resource.change", shown);

        may[0] = false;
        annotate(shown, "secret");
        JsonNode gone = user.await("resource.remove", shown);
        assertThat(gone.path("data").properties()).hasSize(3);
        assertThat(user.messages()).noneMatch(message -> message.toString().contains("secret"));
        assertThat(user.messages()).noneMatch(message -> message.toString().contains(hidden));
        assertThat(user.messages())
                .noneMatch(message -> message.at("/data/id").asText().equals(ApiServer.ADMIN));
    }

    @Test
    void filtersCountAsInLists() throws Exception {
        cluster("one");
        String two = cluster("two");

        Heard admin = subscribe(ApiServer.ADMIN, "/v3/subscribe", "resourceTypes=clusters&name_in=two&name_in=three");
        admin.await("resource.change", two);
        cluster("four");
        String last = cluster("three");
        admin.await("resource.change", last);

        assertThat(admin.messages())
                .extracting(message -> message.at("/data/name").asText())
                .containsExactly("two", "three");
    }

    @Test
    void ofAClusterTellsWhatBelongsToItToThoseWhoMaySeeIt() throws Exception {
        String id = cluster("mine");
        String other = cluster("other");
        for (String each : List.of(id, other)) {
            server.asAdmin(
                    "POST",
                    "/v3/clusterregistrationtokens",
                    "{\"type\":\"clusterRegistrationToken\",\"clusterId\":\"" + each + "\"}");
        }

        Heard admin = subscribe(ApiServer.ADMIN, "/v3/clusters/" + id + "/subscribe", "");

        admin.awaitAny();
        assertThat(admin.session.right()).contains(Question.enterCluster(id));
        assertThat(admin.messages())
                .extracting(message -> message.at("/data/clusterId").asText())
                .containsOnly(id);
        assertThatThrownBy(() -> subscribe(USER, "/v3/clusters/" + id + "/subscribe", ""))
                .isInstanceOfSatisfying(
                        DroverException.class, e -> assertThat(e.fault()).isEqualTo(Fault.DENIED));
    }

    @Test
    void isFoundByClientsAndRefusedWhereThereIsNothingToTell() throws Exception {
        assertThat(subscriptions.serves("/v3/subscribe/")).isTrue();
        assertThat(subscriptions.serves("/v3/clusters")).isFalse();
        assertThat(server.asAdmin("GET", "/v3", null).at("/links/subscribe").asText())
                .isEqualTo(server.url() + "/v3/subscribe");
        assertThat(server.asAdmin("GET", "/v3/subscribe", null).status()).isEqualTo(400);
        assertThatThrownBy(() -> subscribe(ApiServer.ADMIN, "/v3/subscribe", "resourceTypes=nosuch"))
                .isInstanceOfSatisfying(
                        DroverException.class, e -> assertThat(e.fault()).isEqualTo(Fault.NOT_FOUND))
                .hasMessage("no resources types matched");
        assertThatThrownBy(() -> subscribe(ApiServer.ADMIN, "/v3/subscribe", "name=%zz"))
                .isInstanceOf(DroverException.class);
    }

    // --- those who do not read

    @Test
    void oneMessageIsOnItsWayAtATimeAndWhatChangesMeanwhileIsToldOnceInItsNewestForm() {
        Objects objects = new Objects();
        Subscription subscription = objects.subscription(System::nanoTime);
        Slow peer = new Slow();
        subscription.opened(peer);
        objects.change("a", 1);
        objects.change("b", 1);
        objects.change("b", 2);
        objects.change("b", 3);
        assertThat(peer.sent).hasSize(1);

        peer.take();

        assertThat(peer.sent).hasSize(2);
        assertThat(peer.sent.get(1)).contains("\"b\"", "\"version\":3");
        peer.take();
        assertThat(peer.sent).hasSize(2);
    }

    @Test
    void whoTakesTooLongToReadIsSentAwayAndToldWhy() {
        AtomicLong now = new AtomicLong();
        Objects objects = new Objects();
        Subscription subscription = objects.subscription(now::get);
        Slow peer = new Slow();
        subscription.opened(peer);
        objects.change("a", 1);

        now.addAndGet(Duration.ofSeconds(29).toNanos());
        subscription.tick();
        assertThat(peer.closed).isEmpty();
        now.addAndGet(Duration.ofSeconds(2).toNanos());
        subscription.tick();

        assertThat(peer.closed).containsExactly("1013 the subscriber takes too long to read");
    }

    @Test
    void whoReadsMoreSlowlyThanThingsChangeIsSentAwayAndToldWhy() {
        Objects objects = new Objects();
        Subscription subscription = objects.subscription(System::nanoTime);
        Slow peer = new Slow();
        subscription.opened(peer);

        for (int i = 0; i <= Subscription.MAX_WAITING + 1; i++) {
            objects.change("object-" + i, 1);
        }

        assertThat(peer.closed).containsExactly("1013 the subscriber reads more slowly than things change");
        assertThat(peer.sent).hasSize(1);
    }

    @Test
    void aSubscriberHearsThatWeLive() {
        Objects objects = new Objects();
        Subscription subscription = objects.subscription(System::nanoTime);
        Slow peer = new Slow();
        subscription.opened(peer);

        subscription.tick();

        assertThat(peer.sent).containsExactly("{\"name\":\"ping\",\"data\":{}}");
    }

    @Test
    void afterItsEndNobodyListensAnyMore() {
        Objects objects = new Objects();
        Subscription subscription = objects.subscription(System::nanoTime);
        int[] ended = {0};
        subscription.whenClosed(() -> ended[0]++);
        subscription.opened(new Slow());
        assertThat(objects.listeners).hasSize(1);

        subscription.closed();

        assertThat(objects.listeners).isEmpty();
        assertThat(ended[0]).isOne();
    }

    // --- tools

    private String cluster(String name) throws Exception {
        return server.asAdmin("POST", "/v3/clusters", "{\"type\":\"cluster\",\"name\":\"" + name + "\"}")
                .at("/id")
                .asText();
    }

    private void annotate(String id, String value) {
        server.plane
                .objects(Cluster.class)
                .edit(id, cluster -> cluster.withMetadata(metadata -> metadata.setAnnotations(Map.of("test", value))));
    }

    private Heard subscribe(String user, String path, String query) {
        Caller caller = new Caller(user, List.of("system:authenticated"), Map.of(), Optional.of("token-" + user));
        URI url = URI.create(server.url());
        SocketSession session = subscriptions.open(new SocketRoute.Opening(
                () -> caller,
                path,
                query,
                name -> switch (name) {
                    case "Host" -> List.of(url.getAuthority());
                    case "X-Forwarded-Proto" -> List.of("http");
                    default -> List.of();
                },
                AuditedCall.NONE));
        Heard heard = new Heard(session);
        session.opened(heard);
        return heard;
    }

    /** A subscriber who takes everything at once. */
    private static final class Heard implements SocketPeer {

        final SocketSession session;
        private final List<String> messages = new CopyOnWriteArrayList<>();

        Heard(SocketSession session) {
            this.session = session;
        }

        @Override
        public CompletionStage<Void> send(String text) {
            messages.add(text);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void close(int code, String reason) {
            session.closed();
        }

        List<JsonNode> messages() {
            return messages.stream()
                    .map(Heard::read)
                    .filter(message -> !message.path("name").asText().equals("ping"))
                    .toList();
        }

        List<String> types() {
            return messages().stream()
                    .map(message -> message.path("resourceType").asText())
                    .toList();
        }

        void awaitAny() {
            Eventually.until("something is told", () -> !messages().isEmpty());
        }

        JsonNode await(String event, String id) {
            Eventually.until(event + " of " + id, () -> find(event, id).isPresent());
            return find(event, id).orElseThrow();
        }

        private Optional<JsonNode> find(String event, String id) {
            return messages().stream()
                    .filter(message -> message.path("name").asText().equals(event))
                    .filter(message -> message.at("/data/id").asText().equals(id))
                    .findFirst();
        }

        private static JsonNode read(String message) {
            try {
                return JSON.readTree(message);
            } catch (JsonProcessingException e) {
                throw new AssertionError(message, e);
            }
        }
    }

    /** A subscriber who takes a message when the test says so. */
    private static final class Slow implements SocketPeer {

        final List<String> sent = new ArrayList<>();
        final List<String> closed = new ArrayList<>();
        private CompletableFuture<Void> last;

        @Override
        public CompletionStage<Void> send(String text) {
            sent.add(text);
            last = new CompletableFuture<>();
            return last;
        }

        void take() {
            last.complete(null);
        }

        @Override
        public void close(int code, String reason) {
            closed.add(code + " " + reason);
        }
    }

    /** Objects of one type that change when the test says so. */
    private static final class Objects implements Changes {

        final List<Listener> listeners = new ArrayList<>();

        Subscription subscription(LongSupplier nanoTime) {
            ServedType type = new ServedType(SubscribeType.TYPE, "g", "r", ServedType.V3, store(), TypeHooks.NONE);
            return new Subscription(
                    List.of(type),
                    (served, stored) -> Optional.of(stored.deepCopy()),
                    name -> true,
                    Optional.empty(),
                    Runnable::run,
                    nanoTime);
        }

        void change(String name, int version) {
            ObjectNode stored =
                    JsonNodeFactory.instance.objectNode().put("name", name).put("version", version);
            List.copyOf(listeners).forEach(listener -> listener.told(name, () -> stored, false));
        }

        @Override
        public int size() {
            return 0;
        }

        @Override
        public AutoCloseable listen(Listener listener) {
            listeners.add(listener);
            return () -> listeners.remove(listener);
        }

        private Store store() {
            return new Telling(this);
        }
    }

    /** A store that only tells of changes. */
    private static final class Telling implements Store {

        private final Changes changes;

        Telling(Changes changes) {
            this.changes = changes;
        }

        @Override
        public Optional<Changes> changes() {
            return Optional.of(changes);
        }

        @Override
        public List<ObjectNode> list() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<ObjectNode> get(ObjectId id) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ObjectNode create(ObjectNode object) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ObjectNode update(ObjectId id, UnaryOperator<ObjectNode> change) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void delete(ObjectId id) {
            throw new UnsupportedOperationException();
        }
    }
}
