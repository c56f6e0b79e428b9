package io.drover.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * Two sessions whose carriers, executor and clock are turned by hand, in an order that a seed decides. Everything runs
 * on the caller's thread. A message is copied only when the carrier says that it was sent, so a buffer that changes too
 * early is noticed.
 */
final class Joined {

    /** One end. */
    final class End implements Carrier, SessionListener {

        final Session session;
        final Deque<byte[]> arriving = new ArrayDeque<>();
        final List<Frame> received = new ArrayList<>();
        private End other;
        private List<ByteBuffer> sendingNow;
        private Sent sent;
        boolean stuck;
        boolean deaf;
        IOException closed;
        String goneAway;
        int closeCode;

        End(String name, Session.Role role, Optional<Extension> extension, Limits limits, StreamAcceptor acceptor) {
            session = new Session(
                    name, this, role, extension, new Session.Runtime(tasks::add, clock, limits), acceptor, this);
        }

        @Override
        public void send(List<ByteBuffer> messages, Sent whenSent) {
            if (sent != null) {
                throw new IllegalStateException("a send is under way");
            }
            sendingNow = messages;
            sent = whenSent;
        }

        @Override
        public void ping() {
            if (!cut && !other.deaf) {
                tasks.add(() -> {
                    other.session.onPing();
                    if (!cut && !deaf) {
                        tasks.add(session::onPong);
                    }
                });
            }
        }

        @Override
        public void close(int code, String reason) {
            closeCode = code;
            cut();
        }

        @Override
        public void onGoAway(String reason) {
            goneAway = reason;
        }

        @Override
        public void onClosed(IOException reason) {
            closed = reason;
        }

        boolean canFinishSending() {
            return sent != null && !stuck && !cut;
        }

        void finishSending() {
            for (ByteBuffer message : sendingNow) {
                byte[] copy = new byte[message.remaining()];
                message.get(copy);
                if (!other.deaf) {
                    other.arriving.add(copy);
                }
            }
            Sent told = sent;
            sent = null;
            told.done();
        }

        void receiveOne() {
            ByteBuffer message = ByteBuffer.wrap(arriving.remove());
            try {
                received.add(FrameCodec.decode(message.duplicate()));
            } catch (ProtocolException e) {
                // the session says so, too
            }
            session.onMessage(message);
        }
    }

    final class HandClock implements Scheduler {

        private record Due(long at, long order, Runnable task) {}

        private long now = 1_000_000_000L;
        private long order;
        private final PriorityQueue<Due> due =
                new PriorityQueue<>((a, b) -> a.at != b.at ? Long.compare(a.at, b.at) : Long.compare(a.order, b.order));

        @Override
        public long nanoTime() {
            return now;
        }

        @Override
        public void after(Duration delay, Runnable task) {
            due.add(new Due(now + delay.toNanos(), order++, task));
        }
    }

    final HandClock clock = new HandClock();
    final List<Runnable> tasks = new ArrayList<>();
    final Random random;
    final End server;
    final End client;
    boolean cut;

    Joined(long seed, boolean extended, Limits limits, StreamAcceptor serverDials, StreamAcceptor clientDials) {
        random = new Random(seed);
        Optional<Extension> extension = extended ? Optional.of(limits.extension()) : Optional.empty();
        server = new End("c-abcde", Session.Role.SERVER, extension, limits, serverDials);
        client = new End("client", Session.Role.CLIENT, extension, limits, clientDials);
        server.other = client;
        client.other = server;
        server.session.start();
        client.session.start();
    }

    /** The network is gone: both ends are told. */
    void cut() {
        if (!cut) {
            cut = true;
            server.arriving.clear();
            client.arriving.clear();
            tasks.add(() -> server.session.onClosed(new IOException("connection reset")));
            tasks.add(() -> client.session.onClosed(new IOException("connection reset")));
        }
    }

    /** Does one thing that can be done now, by the seed's choice; false if there is none. */
    boolean step() {
        List<Runnable> choices = new ArrayList<>(6);
        if (!tasks.isEmpty()) {
            choices.add(() -> tasks.remove(random.nextInt(tasks.size())).run());
        }
        for (End end : List.of(server, client)) {
            if (end.canFinishSending()) {
                choices.add(end::finishSending);
            }
            if (!end.arriving.isEmpty()) {
                choices.add(end::receiveOne);
            }
        }
        if (choices.isEmpty()) {
            return false;
        }
        choices.get(random.nextInt(choices.size())).run();
        return true;
    }

    void settle() {
        for (int i = 0; step(); i++) {
            if (i > 5_000_000) {
                throw new AssertionError("never comes to rest");
            }
        }
    }

    void advance(Duration duration) {
        settle();
        long end = clock.now + duration.toNanos();
        while (!clock.due.isEmpty() && clock.due.peek().at <= end) {
            var due = clock.due.remove();
            clock.now = due.at;
            due.task.run();
            settle();
        }
        clock.now = end;
    }
}
