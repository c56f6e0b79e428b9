package io.drover.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.drover.gateway.listener.CertificateAuthority;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** A TLS server that keeps the head of every request byte for byte and lets the test answer on the bare socket. */
final class RawServer implements AutoCloseable {

    /** Answers one request. */
    interface Answer {
        /** @return whether the connection is good for another request */
        boolean to(String head, InputStream in, OutputStream out) throws Exception;
    }

    final List<String> heads = new CopyOnWriteArrayList<>();
    final CertificateAuthority authority;
    private final SSLServerSocket server;
    private final List<SSLSocket> sockets = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile Answer answer;

    RawServer(CertificateAuthority authority, Answer answer) throws Exception {
        this.authority = authority;
        this.answer = answer;
        server = (SSLServerSocket) RunningGateway.serving(authority, "127.0.0.1")
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    void answer(Answer next) {
        answer = next;
    }

    static boolean ok(OutputStream out, String body) throws IOException {
        out.write(
                ("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                        .getBytes(ISO_8859_1));
        out.flush();
        return true;
    }

    static String readHead(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
            int b = in.read();
            if (b < 0) {
                return null;
            }
            head.write(b);
        }
        return head.toString(ISO_8859_1);
    }

    private void accept() {
        try {
            while (true) {
                SSLSocket socket = (SSLSocket) server.accept();
                sockets.add(socket);
                threads.execute(() -> serve(socket));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(SSLSocket socket) {
        try (socket) {
            String head;
            do {
                head = readHead(socket.getInputStream());
                if (head != null) {
                    heads.add(head);
                }
            } while (head != null && answer.to(head, socket.getInputStream(), socket.getOutputStream()));
        } catch (Exception e) {
            // the other side is free to end a connection
        }
    }

    @Override
    public void close() throws Exception {
        server.close();
        for (SSLSocket socket : sockets) {
            socket.close();
        }
        threads.shutdownNow();
    }
}
