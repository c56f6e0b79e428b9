package io.drover.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import javax.net.ServerSocketFactory;

/** The smallest tunnel server on blocking sockets, in the manner of Go ends: messages in frames of 4096 bytes. */
final class TestServer implements Closeable {

    final BlockingQueue<Session> sessions = new LinkedBlockingQueue<>();
    final BlockingQueue<Map<String, String>> requests = new LinkedBlockingQueue<>();
    private final ServerSocket listener;
    private final boolean extended;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    volatile String refusal = "";
    volatile boolean proxy;
    volatile Limits limits = Limits.DEFAULT;

    TestServer(ServerSocketFactory sockets, boolean extended) throws IOException {
        this.extended = extended;
        listener = sockets.createServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        threads.execute(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        threads.shutdownNow();
        timer.shutdownNow();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                threads.execute(() -> serve(socket));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket socket) {
        Session session = null;
        try (socket) {
            var in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            Map<String, String> request = head(in);
            requests.add(request);
            if (proxy) {
                relay(socket, in, request.get(""));
                return;
            }
            if (!refusal.isEmpty()) {
                socket.getOutputStream().write(("HTTP/1.1 " + refusal).getBytes(ISO_8859_1));
                return;
            }
            socket.getOutputStream().write(answer(request).getBytes(ISO_8859_1));
            var carrier = new BlockingCarrier(socket, threads);
            session = new Session(
                    "test",
                    carrier,
                    Session.Role.SERVER,
                    extended ? Extension.parse(request.get("x-drover-tunnel")) : Optional.empty(),
                    new Session.Runtime(threads, Scheduler.of(timer), limits),
                    StreamAcceptor.NONE,
                    reason -> {});
            session.start();
            sessions.add(session);
            carrier.receive(in, session);
        } catch (IOException e) {
            if (session != null) {
                session.onClosed(e);
            }
        }
    }

    private String answer(Map<String, String> request) throws IOException {
        try {
            String text = request.get("sec-websocket-key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(text.getBytes(ISO_8859_1));
            return "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: "
                    + Base64.getEncoder().encodeToString(digest)
                    + (extended ? "\r\nx-drover-tunnel: " + limits.extension().header() : "")
                    + "\r\n\r\n";
        } catch (NoSuchAlgorithmException e) {
            throw new IOException(e);
        }
    }

    private void relay(Socket socket, DataInputStream in, String requestLine) throws IOException {
        String port = requestLine.substring(requestLine.lastIndexOf(':') + 1, requestLine.lastIndexOf(' '));
        try (Socket far = new Socket("127.0.0.1", Integer.parseInt(port))) {
            socket.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(ISO_8859_1));
            threads.execute(() -> {
                try {
                    far.getInputStream().transferTo(socket.getOutputStream());
                } catch (IOException e) {
                    // one of them has gone
                }
            });
            in.transferTo(far.getOutputStream());
        }
    }

    /** Lower-case names; the request line under the empty name. */
    private static Map<String, String> head(DataInputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        var headers = new TreeMap<String, String>();
        for (String line : head.toString().strip().split("\r\n")) {
            int colon = line.indexOf(": ");
            headers.put(
                    colon < 0 ? "" : line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon < 0 ? 0 : colon + 2));
        }
        return headers;
    }

    private static final class BlockingCarrier implements Carrier {

        private static final int FRAGMENT = 4096;

        private final Socket socket;
        private final DataOutputStream out;
        private final ExecutorService threads;

        BlockingCarrier(Socket socket, ExecutorService threads) throws IOException {
            this.socket = socket;
            this.out = new DataOutputStream(socket.getOutputStream());
            this.threads = threads;
        }

        @Override
        public void send(List<ByteBuffer> messages, Sent sent) {
            threads.execute(() -> {
                try {
                    for (ByteBuffer message : messages) {
                        for (int opcode = 2; message.hasRemaining(); opcode = 0) {
                            byte[] piece = new byte[Math.min(FRAGMENT, message.remaining())];
                            message.get(piece);
                            frame(message.hasRemaining() ? opcode : 0x80 | opcode, piece);
                        }
                    }
                    sent.done();
                } catch (IOException e) {
                    sent.failed(e);
                }
            });
        }

        @Override
        public void ping() {
            threads.execute(() -> {
                try {
                    frame(0x89, new byte[0]);
                } catch (IOException e) {
                    // the reader will notice
                }
            });
        }

        @Override
        public void close(int code, String reason) {
            Quietly.close(socket);
        }

        private synchronized void frame(int first, byte[] payload) throws IOException {
            ByteBuffer frame = ByteBuffer.allocate(payload.length + 4).put((byte) first);
            if (payload.length < 126) {
                frame.put((byte) payload.length);
            } else {
                frame.put((byte) 126).putShort((short) payload.length);
            }
            frame.put(payload).flip();
            out.write(frame.array(), 0, frame.limit());
        }

        void receive(DataInputStream in, Session session) throws IOException {
            while (true) {
                int first = in.readUnsignedByte();
                int second = in.readUnsignedByte();
                if ((second & 0x80) == 0 || (first & 0x80) == 0) {
                    throw new IOException("frame without mask, or in parts");
                }
                int length = second & 0x7f;
                length = length < 126 ? length : length == 126 ? in.readUnsignedShort() : (int) in.readLong();
                byte[] mask = in.readNBytes(4);
                byte[] payload = in.readNBytes(length);
                for (int i = 0; i < payload.length; i++) {
                    payload[i] ^= mask[i & 3];
                }
                switch (first & 0x0f) {
                    case 2 -> session.onMessage(ByteBuffer.wrap(payload));
                    case 9 -> {
                        session.onPing();
                        frame(0x8a, new byte[0]);
                    }
                    case 10 -> session.onPong();
                    default -> throw new IOException("closed");
                }
            }
        }
    }
}
