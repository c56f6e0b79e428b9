package io.drover.api.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.drover.api.DroverException;
import io.drover.api.Fault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutboundHttpTest {

    private static final String TRUSTED = "issuer.test";

    private final List<String> hostsTold = new CopyOnWriteArrayList<>();
    private final List<String> lookups = new CopyOnWriteArrayList<>();
    private final List<OutboundHttp> clients = new ArrayList<>();
    private volatile String address = "127.0.0.1";
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", exchange -> {
            hostsTold.add(exchange.getRequestHeaders().getFirst("Host"));
            byte[] body = exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("X-Method", exchange.getRequestMethod());
            exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        clients.forEach(OutboundHttp::close);
        server.stop(0);
    }

    /** No name leads anywhere but to {@link #address}. */
    private OutboundHttp client() {
        OutboundHttp client =
                new OutboundHttp("", Set.of(TRUSTED), Duration.ofSeconds(5), 1000, (host, loopbackAllowed) -> {
                    lookups.add(host);
                    return List.of(InetAddress.getByName(address));
                });
        clients.add(client);
        return client;
    }

    private URI at(String host) {
        return URI.create("http://" + host + ":" + server.getAddress().getPort() + "/path");
    }

    @Test
    void connectsToTheAddressThatItLookedAtAndAsksForTheName() {
        OutboundHttp.Answer answer =
                client().send("POST", at(TRUSTED), Map.of("Content-Type", "text/plain"), "what was sent");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("what was sent");
        assertThat(answer.header("X-Method")).isEqualTo("POST");
        assertThat(hostsTold)
                .containsExactly(TRUSTED + ":" + server.getAddress().getPort());
        assertThat(lookups).as("a second look could tell of another place").containsExactly(TRUSTED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "10.0.0.1", "192.168.1.1", "100.64.0.1", "fd00::1", "::1", "64:ff9b::a00:1"})
    void aNameThatLeadsToAPrivateAddressIsNotAsked(String inside) {
        address = inside;

        assertThatThrownBy(() -> client().send("GET", URI.create("https://elsewhere.test/"), Map.of(), ""))
                .isInstanceOfSatisfying(
                        DroverException.class, e -> assertThat(e.fault()).isEqualTo(Fault.DENIED))
                .hasMessageContaining("is not public");
    }

    @Test
    void anotherHostIsNotAskedWithoutTls() {
        assertThatThrownBy(() -> client().send("GET", at("elsewhere.test"), Map.of(), ""))
                .isInstanceOfSatisfying(
                        DroverException.class, e -> assertThat(e.fault()).isEqualTo(Fault.DENIED));
        assertThat(lookups).isEmpty();
    }

    @Test
    void aServerThatIsNotThereIsSaid() throws Exception {
        server.stop(0);

        assertThatThrownBy(() -> client().send("GET", at(TRUSTED), Map.of(), ""))
                .isInstanceOfSatisfying(
                        DroverException.class, e -> assertThat(e.fault()).isEqualTo(Fault.UNAVAILABLE));
    }

    @Test
    void anAnswerThatIsTooLongIsBrokenOff() {
        assertThatThrownBy(() -> client().send("POST", at(TRUSTED), Map.of(), "x".repeat(1001)))
                .hasMessageContaining("longer than 1000 bytes");
    }

    @Test
    void aClosedOneAsksNobodyAndLeavesNoThread() {
        OutboundHttp client = client();
        client.send("GET", at(TRUSTED), Map.of(), "");
        client.close();

        assertThatThrownBy(() -> client.send("GET", at(TRUSTED), Map.of(), "")).isInstanceOf(DroverException.class);
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("drover-outbound"));
    }
}
