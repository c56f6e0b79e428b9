package io.drover.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.auth.Caller;
import io.drover.api.plane.PlaneServer;
import io.drover.apiserver.serve.ApiServer;
import io.drover.apiserver.store.Store;
import io.drover.testbed.KubernetesCluster;
import io.drover.testbed.Need;
import io.drover.testbed.Needs;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A watch by WebSocket looks the same at {@code /k8s/clusters/local} and at a real API server. */
@Timeout(240)
@Needs(Need.CLUSTER)
class RealWatchSocketTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ORIGIN = "Origin: https://example.com\r\n";
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String WATCH = MAPS + "?watch=true&timeoutSeconds=1&fieldSelector=metadata.name%3Dsockets";
    private static final String MAP =
            "{\"metadata\":{\"name\":\"sockets\"},\"data\":{\"a\":\"" + "b".repeat(70_000) + "\"}}";

    @TempDir
    Path data;

    /** What a receiver sees: the answer's first line and protocol, then opcodes with what was in the frames. */
    private record Seen(String status, String protocol, List<String> frames) {}

    /** An API server, and what its clients send along. */
    private record Side(URI url, SSLContext tls, String headers) {}

    @Test
    void bothServersDoTheSame() throws Exception {
        try (KubernetesCluster cluster = KubernetesCluster.named("sockets").start();
                ApiServer server = new ApiServer(Store.open(data, Duration.ofHours(1), Clock.systemUTC()), () -> null);
                RunningGateway gateway = new RunningGateway()) {
            gateway.planeServer = Optional.of(asSystem(server));
            Side real = new Side(URI.create(cluster.server().toString()), cluster.tls(), "");
            Side ours = new Side(
                    gateway.uri("/k8s/clusters/local"),
                    RunningGateway.trusting(gateway.authority),
                    "Authorization: Bearer alice\r\n");
            for (Side side : List.of(real, ours)) {
                post(side, "/api/v1/namespaces", "{\"metadata\":{\"name\":\"default\"}}");
                assertThat(post(side, MAPS, MAP)).isEqualTo(201);
            }
            String[][] requests = {
                {WATCH, ORIGIN},
                {WATCH, ""},
                {WATCH, "Origin: %%\r\n"},
                {WATCH, ORIGIN + "Sec-WebSocket-Protocol: base64.binary.k8s.io\r\n"},
                {WATCH, ORIGIN + "Sec-WebSocket-Protocol: anything\r\n"},
                {WATCH, ORIGIN + "Sec-WebSocket-Protocol: base64.binary.k8s.io, binary.k8s.io\r\n"},
                {WATCH, ORIGIN + "Accept: application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io\r\n"},
                {WATCH, ORIGIN + "Accept: application/yaml\r\n"},
                {WATCH.replace("/api/v1/", "/api/v1/watch/").replace("watch=true&", ""), ORIGIN},
                {WATCH + "&labelSelector=%21%21", ORIGIN},
                {WATCH.replace("configmaps", "nothing"), ORIGIN},
            };
            for (String[] request : requests) {
                assertThat(watch(ours, request[0], request[1]))
                        .as(request[0] + " " + request[1])
                        .isEqualTo(watch(real, request[0], request[1]));
            }
        }
    }

    private static PlaneServer asSystem(PlaneServer server) {
        return (call, reply) -> server.handle(
                new PlaneServer.Call(
                        call.method(), call.path(), call.query(), call.headers(), call.body(), Caller.SYSTEM, ""),
                reply);
    }

    private static int post(Side side, String path, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(side.url + path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
        if (!side.headers.isEmpty()) {
            request.header("Authorization", "Bearer alice");
        }
        HttpClient client = HttpClient.newBuilder().sslContext(side.tls).build();
        return client.send(request.build(), BodyHandlers.discarding()).statusCode();
    }

    private static Seen watch(Side side, String path, String headers) throws Exception {
        try (Socket socket = side.tls.getSocketFactory().createSocket(side.url.getHost(), side.url.getPort())) {
            socket.setSoTimeout(60_000);
            String request = "GET " + side.url.getPath() + path + " HTTP/1.1\r\nHost: localhost\r\n" + side.headers
                    + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + headers + "\r\n";
            socket.getOutputStream().write(request.getBytes(UTF_8));
            var in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            String status = line(in).split(" ")[1];
            String protocol = "";
            for (String line = line(in); !line.isEmpty(); line = line(in)) {
                if (line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-protocol:")) {
                    protocol = line.substring(line.indexOf(':') + 1).strip();
                }
            }
            return new Seen(status, protocol, status.equals("101") ? frames(in) : List.of());
        }
    }

    private static String line(DataInputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.readByte(); c != '\n'; c = in.readByte()) {
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    /** Up to the one that closes. */
    private static List<String> frames(DataInputStream in) throws IOException {
        List<String> frames = new ArrayList<>();
        while (true) {
            int head = in.readUnsignedByte();
            long length = in.readUnsignedByte();
            length = length == 126 ? in.readUnsignedShort() : length == 127 ? in.readLong() : length;
            byte[] payload = new byte[(int) length];
            in.readFully(payload);
            if (head == 0x88) {
                frames.add("close " + (payload.length < 2 ? "" : (payload[0] & 0xff) << 8 | payload[1] & 0xff));
                return frames;
            }
            frames.add(Integer.toHexString(head) + " " + event(new String(payload, UTF_8)));
        }
    }

    /** Without what is each server's own. */
    private static String event(String text) throws IOException {
        JsonNode event = JSON.readTree(text);
        ObjectNode metadata = (ObjectNode) event.at("/object/metadata");
        metadata.remove(List.of("uid", "resourceVersion", "creationTimestamp", "managedFields"));
        return event + (text.endsWith("\n") ? " and a line's end" : "");
    }
}
