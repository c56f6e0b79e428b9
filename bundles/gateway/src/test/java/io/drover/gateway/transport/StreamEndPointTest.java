package io.drover.gateway.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.wire.Carrier;
import io.drover.wire.Limits;
import io.drover.wire.Scheduler;
import io.drover.wire.Session;
import io.drover.wire.StreamAcceptor;
import io.drover.wire.StreamListener;
import io.drover.wire.TunnelStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.junit.jupiter.api.Test;

class StreamEndPointTest {

    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final Ended agentsEnd = new Ended();
    private final Side server = new Side();
    private final Side agent = new Side();

    @Test
    void whatAPlainAgentSaidBeforeItClosedIsReadAlsoAfterAWriteThatNobodyTakes() throws IOException {
        server.session = session(Session.Role.SERVER, server, StreamAcceptor.NONE);
        agent.session = session(Session.Role.CLIENT, agent, agentsEnd);
        server.peer = agent;
        agent.peer = server;
        var endPoint = new StreamEndPoint(
                new ScheduledExecutorScheduler(), tasks::add, InetSocketAddress.createUnresolved("cluster", 443));
        endPoint.open(server.session.open("tcp", "cluster:443", endPoint));
        settle();
        agentsEnd.stream.write(ascii("all of it"));
        agentsEnd.stream.shutdownOutput();
        settle();

        assertThat(endPoint.flush(ascii("are you there?"))).isTrue();
        ByteBuffer said = BufferUtil.allocate(100);
        assertThat(endPoint.fill(said)).isEqualTo(9);
        assertThat(BufferUtil.toString(said)).isEqualTo("all of it");
        assertThatThrownBy(() -> endPoint.flush(ascii("are you there?"))).isInstanceOf(IOException.class);
        assertThat(endPoint.fill(BufferUtil.allocate(100))).isEqualTo(-1);
    }

    private Session session(Session.Role role, Side side, StreamAcceptor acceptor) {
        var runtime = new Session.Runtime(tasks::add, new NoTimePasses(), Limits.DEFAULT);
        return new Session("test", side, role, Optional.empty(), runtime, acceptor, reason -> {});
    }

    private void settle() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    private static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(US_ASCII));
    }

    private final class Side implements Carrier {
        private Session session;
        private Side peer;

        @Override
        public void send(List<ByteBuffer> messages, Sent sent) {
            List<ByteBuffer> copies = messages.stream().map(Side::copy).toList();
            tasks.add(() -> copies.forEach(peer.session::onMessage));
            tasks.add(sent::done);
        }

        private static ByteBuffer copy(ByteBuffer message) {
            return ByteBuffer.allocate(message.remaining())
                    .put(message.duplicate())
                    .flip();
        }

        @Override
        public void ping() {}

        @Override
        public void close(int code, String reason) {
            throw new AssertionError(reason);
        }
    }

    private static final class Ended implements StreamAcceptor, StreamListener {
        private TunnelStream stream;

        @Override
        public boolean permit(String network, String address) {
            return true;
        }

        @Override
        public void accept(TunnelStream accepted) {
            stream = accepted;
            stream.accept(this);
        }

        @Override
        public void onReadable(TunnelStream readable) {}

        @Override
        public void onWritable(TunnelStream writable) {}

        @Override
        public void onFailed(TunnelStream failed, IOException cause) {}
    }

    private static final class NoTimePasses implements Scheduler {
        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public void after(Duration delay, Runnable task) {}
    }
}
