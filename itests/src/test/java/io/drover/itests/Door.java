package io.drover.itests;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** One port for several servers on this machine: a connection goes to the first of them that takes it. */
final class Door implements AutoCloseable {

    private static final int CONNECT_MILLIS = 10_000;

    private final List<Integer> ports;
    private final ServerSocket listening;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private Door(List<Integer> ports) throws IOException {
        this.ports = ports;
        this.listening = new ServerSocket(0);
        begin(this::take);
    }

    static Door to(DroverServer... servers) throws IOException {
        return new Door(List.of(servers).stream().map(DroverServer::port).toList());
    }

    int port() {
        return listening.getLocalPort();
    }

    private static void begin(Runnable work) {
        Thread thread = new Thread(work, "itest-door");
        thread.setDaemon(true);
        thread.start();
    }

    private void take() {
        try {
            while (true) {
                Socket caller = listening.accept();
                open.add(caller);
                begin(() -> lead(caller));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void lead(Socket caller) {
        for (int port : ports) {
            Socket server = new Socket();
            open.add(server);
            try {
                server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
                begin(() -> copy(server, caller));
                copy(caller, server);
                return;
            } catch (IOException e) {
                end(server);
            }
        }
        end(caller);
    }

    /** Until one of them ends; then both do. */
    private void copy(Socket from, Socket to) {
        try (InputStream input = from.getInputStream();
                OutputStream output = to.getOutputStream()) {
            input.transferTo(output);
        } catch (IOException e) {
            // ended by the other direction, or by its process' end
        } finally {
            end(from);
            end(to);
        }
    }

    private void end(Socket socket) {
        open.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        open.forEach(this::end);
    }
}
