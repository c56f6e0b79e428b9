package io.drover.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Many streams at once in an order that a seed decides, some with a lost connection: nothing is garbled or hangs. */
class SimulationTest {

    private static final int SEEDS = 200;

    /** One end of a stream: writes what it has, reads what comes, in pieces of any size. */
    private static final class User implements StreamListener {
        final Joined joined;
        final ByteBuffer toWrite;
        final ByteArrayOutputStream wasRead = new ByteArrayOutputStream();
        final int expected;
        final boolean halfCloses;
        boolean shut;
        boolean ended;
        IOException failure;

        User(Joined joined, boolean halfCloses, byte[] content, int expected) {
            this.halfCloses = halfCloses;
            this.joined = joined;
            this.toWrite = ByteBuffer.wrap(content);
            this.expected = expected;
        }

        @Override
        public void onOpened(TunnelStream stream) {
            joined.tasks.add(() -> write(stream));
        }

        @Override
        public void onReadable(TunnelStream stream) {
            joined.tasks.add(() -> read(stream));
        }

        @Override
        public void onWritable(TunnelStream stream) {
            joined.tasks.add(() -> write(stream));
        }

        @Override
        public void onFailed(TunnelStream stream, IOException cause) {
            joined.tasks.add(() -> read(stream));
        }

        void write(TunnelStream stream) {
            if (failure != null || shut) {
                return;
            }
            try {
                while (toWrite.hasRemaining()) {
                    ByteBuffer piece = toWrite.slice();
                    piece.limit(Math.min(piece.remaining(), 1 + joined.random.nextInt(60_000)));
                    int n = stream.write(piece);
                    toWrite.position(toWrite.position() + n);
                    if (piece.hasRemaining()) {
                        return;
                    }
                }
                shut = true;
                if (halfCloses) {
                    stream.shutdownOutput();
                }
                finish(stream);
            } catch (IOException e) {
                failure = e;
            }
        }

        void read(TunnelStream stream) {
            if (ended || failure != null) {
                return;
            }
            try {
                ByteBuffer piece = ByteBuffer.allocate(1 + joined.random.nextInt(40_000));
                int n = stream.read(piece);
                if (n > 0) {
                    wasRead.write(piece.array(), 0, n);
                    joined.tasks.add(() -> read(stream));
                }
                ended = n < 0 || !halfCloses && wasRead.size() == expected;
                finish(stream);
            } catch (IOException e) {
                failure = e;
            }
        }

        private void finish(TunnelStream stream) {
            if (shut && ended) {
                stream.close();
            }
        }
    }

    private record Conversation(User dialler, byte[] sentByDialler, User dialled, byte[] sentByDialled) {}

    @Test
    void everySeedEndsWithAllBytesInPlaceOrAnError() throws IOException {
        for (long seed = 0; seed < SEEDS; seed++) {
            run(seed);
        }
    }

    private static void run(long seed) throws IOException {
        var random = new Random(seed);
        boolean loses = seed % 4 > 1;
        boolean extended = seed % 2 == 0;
        var waiting = new ArrayList<User>();
        var conversations = new ArrayList<Conversation>();
        StreamAcceptor acceptor = new StreamAcceptor() {
            @Override
            public boolean permit(String network, String address) {
                return true;
            }

            @Override
            public void accept(TunnelStream stream) {
                User user = waiting.get(Integer.parseInt(stream.address()));
                stream.accept(user);
                user.write(stream);
                user.onReadable(stream);
            }
        };
        var joined = new Joined(seed, extended, Limits.DEFAULT, acceptor, acceptor);
        int streams = 1 + random.nextInt(12);
        for (int i = 0; i < streams; i++) {
            byte[] there = new byte[random.nextInt(random.nextInt(4) == 0 ? 600_000 : 20_000)];
            byte[] back = new byte[random.nextInt(random.nextInt(4) == 0 ? 600_000 : 20_000)];
            random.nextBytes(there);
            random.nextBytes(back);
            var dialler = new User(joined, extended, there, back.length);
            var dialled = new User(joined, extended, back, there.length);
            conversations.add(new Conversation(dialler, there, dialled, back));
            waiting.add(dialled);
            Session from = (random.nextBoolean() ? joined.server : joined.client).session;
            String address = Integer.toString(i);
            joined.tasks.add(() -> {
                try {
                    dialler.write(from.open("tcp", address, dialler));
                } catch (IOException e) {
                    dialler.failure = e;
                    dialled.failure = e;
                }
            });
        }
        if (loses) {
            for (int i = random.nextInt(500); i > 0; i--) {
                joined.step();
            }
            joined.cut();
        }
        joined.settle();
        joined.advance(Duration.ofSeconds(90));

        for (Conversation talk : conversations) {
            check(seed, loses, talk.sentByDialler, talk.dialled);
            check(seed, loses, talk.sentByDialled, talk.dialler);
        }
        for (Joined.End end : List.of(joined.server, joined.client)) {
            assertThat(end.session.statistics().streams()).as("seed %d", seed).isZero();
            assertThat(end.session.isOpen()).as("seed %d", seed).isEqualTo(!loses);
        }
    }

    private static void check(long seed, boolean loses, byte[] sent, User receiver) {
        byte[] got = receiver.wasRead.toByteArray();
        assertThat(Arrays.equals(sent, 0, Math.min(sent.length, got.length), got, 0, got.length))
                .as("seed %d: %d bytes of %d", seed, got.length, sent.length)
                .isTrue();
        if (!loses) {
            assertThat(got.length).as("seed %d: %s", seed, receiver.failure).isEqualTo(sent.length);
        }
    }
}
