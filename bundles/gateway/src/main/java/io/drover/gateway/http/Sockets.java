package io.drover.gateway.http;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketOption;
import java.util.Map;

/** Settings of the sockets that this bundle holds. */
public final class Sockets {

    /** A peer that has vanished is noticed after 30 + 4 × 10 seconds; the system's own default is two hours. */
    private static final Map<String, Integer> KEEP_ALIVE =
            Map.of("TCP_KEEPIDLE", 30, "TCP_KEEPINTERVAL", 10, "TCP_KEEPCOUNT", 4);

    private Sockets() {}

    /** Has the system ask a silent peer whether it is still there. */
    public static void keepAlive(Socket socket) throws IOException {
        socket.setKeepAlive(true);
        for (SocketOption<?> option : socket.supportedOptions()) {
            Integer value = KEEP_ALIVE.get(option.name());
            if (value != null) {
                set(socket, option, value);
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static void set(Socket socket, SocketOption<?> option, Integer value) throws IOException {
        socket.setOption((SocketOption<Integer>) option, value);
    }
}
