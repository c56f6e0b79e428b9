package io.drover.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.drover.wire.TunnelConnectException.Stage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/** From nothing to a WebSocket: name, connection, proxy, TLS, upgrade. Blocks; {@link #giveUp} ends it from outside. */
final class Handshake {

    /** What a successful handshake leaves: the connection, and bytes of the first frames that came with the answer. */
    record Result(Link link, Optional<Extension> extension, ByteBuffer early) {}

    private record Answer(int status, String reason, Map<String, String> headers) {}

    private static final String WEB_SOCKET_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int MAX_ANSWER = 32 * 1024;
    private static final int MAX_BODY = 2_000;
    private static final int MAX_CONTENT = 256 * 1024;

    private final TunnelClient.Target target;
    private final Extension offer;
    private final boolean secure;
    private final String host;
    private final int port;

    private volatile SocketChannel channel;
    private volatile boolean done;
    private volatile boolean late;
    private ByteBuffer buffer = ByteBuffer.allocate(0);

    Handshake(TunnelClient.Target target, Extension offer) {
        URI address = target.address();
        if (address.getScheme() == null || !address.getScheme().matches("wss?|https?") || address.getHost() == null) {
            throw new IllegalArgumentException("not a server's address: " + address);
        }
        this.target = target;
        this.offer = offer;
        this.secure = address.getScheme().matches("wss|https");
        this.host = address.getHost().replaceAll("^\\[|]$", "");
        this.port = address.getPort() > 0 ? address.getPort() : secure ? 443 : 80;
    }

    void giveUp() {
        SocketChannel open = channel;
        if (!done && open != null) {
            late = true;
            Quietly.close(open);
        }
    }

    Result run() throws TunnelConnectException {
        Result result = null;
        try {
            Link plain = connect();
            Link link = secure ? startTls(plain) : plain;
            result = upgrade(link);
            return result;
        } finally {
            done = true;
            buffer = null; // the timer that may have to give up holds on to this object for a while
            if (result == null && channel != null) {
                Quietly.close(channel);
            }
        }
    }

    /** Instead of a WebSocket, what the address shows to an ordinary GET. */
    TunnelClient.Fetched fetch() throws TunnelConnectException {
        try {
            Link plain = connect();
            Link link = secure ? startTls(plain) : plain;
            // HTTP/1.0: the answer ends with the connection, without chunks
            send(link, request("HTTP/1.0").append("\r\n"));
            Answer answer = receive(link);
            ByteBuffer content = ByteBuffer.allocate(MAX_CONTENT + buffer.remaining() + link.readUnit)
                    .put(buffer);
            String length = answer.headers.getOrDefault("content-length", "");
            int expected = length.matches("[0-9]{1,9}") ? Integer.parseInt(length) : MAX_CONTENT;
            while (content.position() < Math.min(expected, MAX_CONTENT) && link.read(content) >= 0) {
                // to the end
            }
            return new TunnelClient.Fetched(
                    answer.status, UTF_8.decode(content.flip()).toString());
        } catch (TunnelConnectException e) {
            throw e;
        } catch (IOException e) {
            throw failure(Stage.HANDSHAKE, "the server " + host + ":" + port + " did not answer properly", e);
        } finally {
            done = true;
            if (channel != null) {
                Quietly.close(channel);
            }
        }
    }

    private Link connect() throws TunnelConnectException {
        Optional<URI> proxy = target.proxies().towards(secure, host, port);
        String toHost = proxy.map(URI::getHost).orElse(host);
        int toPort = proxy.map(uri -> uri.getPort() > 0 ? uri.getPort() : 80).orElse(port);
        String who = (proxy.isPresent() ? "the proxy " : "the server ") + toHost + ":" + toPort;
        InetAddress address;
        try {
            address = InetAddress.getByName(toHost);
        } catch (UnknownHostException e) {
            throw new TunnelConnectException(Stage.RESOLVE, "the name " + toHost + " cannot be resolved", e);
        }
        try {
            channel = SocketChannel.open();
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            channel.connect(new InetSocketAddress(address, toPort));
        } catch (IOException e) {
            throw failure(Stage.CONNECT, "no connection to " + who + " at " + address.getHostAddress(), e);
        }
        Link link = new Link(channel, Optional.empty());
        if (proxy.isPresent()) {
            tunnel(link, proxy.get(), who);
        }
        return link;
    }

    private void tunnel(Link link, URI proxy, String who) throws TunnelConnectException {
        String destination = authority(true);
        var request = new StringBuilder("CONNECT " + destination + " HTTP/1.1\r\nHost: " + destination + "\r\n");
        if (proxy.getUserInfo() != null) {
            String credentials =
                    Base64.getEncoder().encodeToString(proxy.getUserInfo().getBytes(UTF_8));
            request.append("Proxy-Authorization: Basic ").append(credentials).append("\r\n");
        }
        try {
            send(link, request.append("\r\n"));
            Answer answer = receive(link);
            if (answer.status / 100 != 2) {
                throw new TunnelConnectException(
                        Stage.PROXY,
                        answer.status,
                        who + " refuses a connection to " + destination + ": " + answer.status + " " + answer.reason,
                        null);
            }
        } catch (TunnelConnectException e) {
            throw e;
        } catch (IOException e) {
            throw failure(Stage.PROXY, who + " did not answer properly", e);
        }
    }

    private Link startTls(Link plain) throws TunnelConnectException {
        SSLEngine engine = target.tls().createSSLEngine(host, port);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        engine.setSSLParameters(parameters);
        var link = new Link(plain.channel(), Optional.of(engine));
        try {
            link.handshake();
            return link;
        } catch (IOException e) {
            throw failure(Stage.TLS, "TLS with the server " + host + ":" + port + " failed", e);
        }
    }

    private Result upgrade(Link link) throws TunnelConnectException {
        byte[] nonce = new byte[16];
        new SecureRandom().nextBytes(nonce);
        String key = Base64.getEncoder().encodeToString(nonce);
        StringBuilder request = request("HTTP/1.1")
                .append("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n");
        header(request, "Sec-WebSocket-Key", key);
        header(request, Extension.HEADER, offer.header());
        try {
            send(link, request.append("\r\n"));
            Answer answer = receive(link);
            if (answer.status != 101) {
                throw new TunnelConnectException(
                        Stage.REFUSED,
                        answer.status,
                        "the server refuses the connection: " + answer.status + " " + answer.reason
                                + body(link, answer),
                        null);
            }
            if (!accepts(key).equals(answer.headers.get("sec-websocket-accept"))) {
                throw new TunnelConnectException(Stage.HANDSHAKE, "the server is not one of WebSockets", null);
            }
            var extension = Extension.parse(answer.headers.get(Extension.HEADER.toLowerCase(Locale.ROOT)));
            return new Result(link, extension, buffer);
        } catch (TunnelConnectException e) {
            throw e;
        } catch (IOException e) {
            throw failure(Stage.HANDSHAKE, "the server " + host + ":" + port + " did not answer properly", e);
        }
    }

    private StringBuilder request(String version) {
        String path = target.address().getRawPath();
        String query = target.address().getRawQuery();
        var request = new StringBuilder("GET ")
                .append(path == null || path.isEmpty() ? "/" : path)
                .append(query == null ? "" : "?" + query)
                .append(" ")
                .append(version)
                .append("\r\n");
        header(request, "Host", authority(port != (secure ? 443 : 80)));
        target.headers().forEach((name, value) -> header(request, name, value));
        return request;
    }

    private static void header(StringBuilder request, String name, String value) {
        if ((name + value).chars().anyMatch(c -> c == '\r' || c == '\n')) {
            throw new IllegalArgumentException("line break in header " + name);
        }
        request.append(name).append(": ").append(value).append("\r\n");
    }

    private String authority(boolean withPort) {
        String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return withPort ? name + ":" + port : name;
    }

    private static void send(Link link, StringBuilder request) throws IOException {
        ByteBuffer bytes = UTF_8.encode(request.toString());
        while (bytes.hasRemaining()) {
            link.write(bytes);
        }
    }

    /** Reads up to the empty line; what follows stays in the buffer. */
    private Answer receive(Link link) throws IOException {
        buffer = ByteBuffer.allocate(MAX_ANSWER + link.readUnit);
        int end;
        while ((end = endOfHead()) < 0) {
            if (buffer.position() >= MAX_ANSWER) {
                throw new IOException("its answer is too long");
            }
            if (link.read(buffer) < 0) {
                throw new IOException("it closed the connection");
            }
        }
        String head = new String(buffer.array(), 0, end, ISO_8859_1);
        buffer.flip().position(end);
        String[] lines = head.split("\r?\n");
        String[] status = lines[0].split(" ", 3);
        if (!status[0].startsWith("HTTP/1.") || status.length < 2 || !status[1].matches("[0-9]{3}")) {
            throw new IOException("its answer is not HTTP");
        }
        var headers = new HashMap<String, String>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon > 0) {
                headers.put(
                        lines[i].substring(0, colon).strip().toLowerCase(Locale.ROOT),
                        lines[i].substring(colon + 1).strip());
            }
        }
        return new Answer(Integer.parseInt(status[1]), status.length > 2 ? status[2] : "", headers);
    }

    private int endOfHead() {
        for (int i = 2; i < buffer.position(); i++) {
            boolean emptyLine = buffer.get(i - 1) == '\n' || buffer.get(i - 1) == '\r' && buffer.get(i - 2) == '\n';
            if (buffer.get(i) == '\n' && emptyLine) {
                return i + 1;
            }
        }
        return -1;
    }

    /** The first words of an answer's body, for the log. */
    private String body(Link link, Answer answer) {
        String length = answer.headers.getOrDefault("content-length", "");
        int expected = length.matches("[0-9]{1,9}") ? Math.min(MAX_BODY, Integer.parseInt(length)) : 1;
        ByteBuffer body = ByteBuffer.allocate(MAX_BODY + buffer.remaining() + link.readUnit)
                .put(buffer);
        try {
            while (body.position() < expected && link.read(body) >= 0) {
                // to the end, or to what is enough
            }
        } catch (IOException e) {
            // what has been read will do
        }
        String text =
                UTF_8.decode(body.flip()).toString().replaceAll("\\s+", " ").strip();
        return text.isEmpty() ? "" : ": " + text;
    }

    private TunnelConnectException failure(Stage stage, String what, IOException cause) {
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String why = late ? "no answer in time" : root.getMessage() == null ? root.toString() : root.getMessage();
        return new TunnelConnectException(stage, what + ": " + why, cause);
    }

    private static String accepts(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest((key + WEB_SOCKET_GUID).getBytes(ISO_8859_1));
            return Base64.getEncoder().encodeToString(digest);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
