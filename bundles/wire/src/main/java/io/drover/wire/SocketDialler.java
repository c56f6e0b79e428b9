package io.drover.wire;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;

/** Answers CONNECTs with TCP connections. */
final class SocketDialler implements StreamAcceptor {

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(30);

    private final EventLoop loop;
    private final Executor resolver;
    private final Predicate<String> permitted;

    /** @param permitted decides about {@code host:port} */
    SocketDialler(EventLoop loop, Executor resolver, Predicate<String> permitted) {
        this.loop = loop;
        this.resolver = resolver;
        this.permitted = permitted;
    }

    @Override
    public boolean permit(String network, String address) {
        return network.equals("tcp") && address.lastIndexOf(':') > 0 && permitted.test(address);
    }

    @Override
    public void accept(TunnelStream stream) {
        String address = stream.address();
        int colon = address.lastIndexOf(':');
        String host = address.substring(0, colon).replaceAll("^\\[|]$", "");
        String port = address.substring(colon + 1);
        if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535 || host.isEmpty()) {
            refuse(stream, DialFailure.OTHER, "invalid address");
            return;
        }
        boolean literal = host.indexOf(':') >= 0 || host.matches("[0-9.]+");
        try {
            (literal ? loop : resolver).execute(() -> resolve(stream, host, Integer.parseInt(port)));
        } catch (RejectedExecutionException e) {
            refuse(stream, DialFailure.OTHER, "too many names to look up");
        }
    }

    private void resolve(TunnelStream stream, String host, int port) {
        try {
            var address = new InetSocketAddress(InetAddress.getByName(host), port);
            if (loop.isCurrent()) {
                connect(stream, address);
            } else {
                loop.execute(() -> connect(stream, address));
            }
        } catch (UnknownHostException e) {
            refuse(stream, DialFailure.NO_SUCH_HOST, DialFailure.NO_SUCH_HOST.text());
        }
    }

    private void connect(TunnelStream stream, InetSocketAddress address) {
        if (!stream.isOpen()) {
            return;
        }
        SocketChannel channel = null;
        try {
            channel = SocketChannel.open();
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            SelectionKey key = loop.register(channel, 0, new Connecting(stream, channel));
            if (channel.connect(address)) {
                connected(stream, key);
            } else {
                key.interestOps(SelectionKey.OP_CONNECT);
                loop.after(CONNECT_LIMIT, () -> giveUp(stream, key));
            }
        } catch (IOException | RuntimeException e) {
            if (channel != null) {
                Quietly.close(channel);
            }
            refuse(stream, e);
        }
    }

    private void giveUp(TunnelStream stream, SelectionKey key) {
        if (key.attachment() instanceof Connecting && key.isValid()) {
            Quietly.close(key.channel());
            refuse(stream, DialFailure.TIMEOUT, DialFailure.TIMEOUT.text());
        }
    }

    private void connected(TunnelStream stream, SelectionKey key) {
        var splice = new Splice(loop, stream, key);
        key.attach(splice);
        splice.start();
    }

    private static void refuse(TunnelStream stream, Exception e) {
        String message = String.valueOf(e.getMessage());
        DialFailure failure = e instanceof NoRouteToHostException || message.contains("unreachable")
                ? DialFailure.UNREACHABLE
                : e instanceof ConnectException && message.contains("refused")
                        ? DialFailure.REFUSED
                        : message.contains("timed out") ? DialFailure.TIMEOUT : DialFailure.OTHER;
        refuse(stream, failure, failure == DialFailure.OTHER ? message : failure.text());
    }

    private static void refuse(TunnelStream stream, DialFailure failure, String text) {
        stream.refuse(failure, "dial tcp " + stream.address() + ": " + text);
    }

    private final class Connecting implements EventLoop.Handler {

        private final TunnelStream stream;
        private final SocketChannel channel;

        Connecting(TunnelStream stream, SocketChannel channel) {
            this.stream = stream;
            this.channel = channel;
        }

        @Override
        public void ready(SelectionKey key) throws IOException {
            if (channel.finishConnect()) {
                connected(stream, key);
            }
        }

        @Override
        public void failed(IOException cause) {
            Quietly.close(channel);
            refuse(stream, cause);
        }
    }
}
