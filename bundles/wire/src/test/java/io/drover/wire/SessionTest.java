package io.drover.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionTest {

    private final Dialled dialled = new Dialled();
    private final Recorder dialler = new Recorder();

    private Joined plain() {
        return new Joined(1, false, Limits.DEFAULT, StreamAcceptor.NONE, dialled);
    }

    private Joined extended() {
        return new Joined(1, true, Limits.DEFAULT, StreamAcceptor.NONE, dialled);
    }

    private Joined either(boolean extended) {
        return extended ? extended() : plain();
    }

    // ---- a stream's life

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void bytesTravelBothWays(boolean extended) throws IOException {
        Joined joined = either(extended);
        TunnelStream stream = joined.server.session.open("tcp", "10.43.0.1:443", dialler);
        stream.write(text("hello"));
        joined.settle();

        assertThat(dialled.only().address()).isEqualTo("10.43.0.1:443");
        assertThat(Recorder.readAll(dialled.only())).isEqualTo("hello");
        dialled.only().write(text("world"));
        joined.settle();
        assertThat(Recorder.readAll(stream)).isEqualTo("world");
        assertThat(dialler.events).containsExactly("opened", "readable");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theFirstStreamOfEachSideHasItsOwnNumbers(boolean extended) throws IOException {
        Joined joined = new Joined(1, extended, Limits.DEFAULT, dialled, dialled);
        TunnelStream fromServer = joined.server.session.open("tcp", "a:1", dialler);
        TunnelStream fromClient = joined.client.session.open("tcp", "b:1", dialler);
        joined.settle();

        assertThat(fromServer.id()).isEqualTo(2);
        assertThat(fromClient.id()).isNegative();
        assertThat(dialled.streams).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatWasWrittenBeforeCloseIsReadAndThenTheEnd(boolean extended) throws IOException {
        Joined joined = either(extended);
        TunnelStream stream = joined.server.session.open("tcp", "a:1", dialler);
        stream.write(text("last words"));
        stream.close();
        joined.settle();

        assertThat(Recorder.readAll(dialled.only())).isEqualTo("last words$");
        assertThatThrownBy(() -> dialled.only().write(text("x"))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> stream.write(text("x"))).isInstanceOf(ClosedChannelException.class);
        dialled.only().close();
        joined.settle();
        assertNothingLeft(joined);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theDialledSidesEndComesAfterItsBytes(boolean extended) throws IOException {
        Joined joined = either(extended);
        TunnelStream stream = joined.server.session.open("tcp", "a:1", dialler);
        joined.settle();
        int written = Recorder.fill(dialled.only(), 100_000);
        dialled.only().shutdownOutput();
        joined.settle();

        assertThat(Recorder.readAll(stream)).hasSize(written + 1).endsWith("$");
        stream.close();
        dialled.only().close();
        joined.settle();
        assertNothingLeft(joined);
    }

    @Test
    void oneDirectionMayEndWhileTheOtherGoesOn() throws IOException {
        Joined joined = extended();
        TunnelStream stream = joined.server.session.open("tcp", "a:1", dialler);
        stream.write(text("question"));
        stream.shutdownOutput();
        joined.settle();
        assertThat(Recorder.readAll(dialled.only())).isEqualTo("question$");

        dialled.only().write(text("answer"));
        dialled.only().shutdownOutput();
        joined.settle();
        assertThat(Recorder.readAll(stream)).isEqualTo("answer$");
        assertNothingLeft(joined);
    }

    @Test
    void aPlainPeersAnswerIsNotLostByShuttingDownTheOutput() throws IOException {
        Joined joined = plain();
        TunnelStream stream = joined.server.session.open("tcp", "a:1", dialler);
        stream.write(text("question"));
        stream.shutdownOutput();
        joined.settle();
        dialled.only().write(text("answer"));
        joined.settle();

        assertThat(Recorder.readAll(stream)).isEqualTo("answer");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aResetReachesThePeerWithItsReasonAfterTheBytesThatHadArrived(boolean extended) throws IOException {
        Joined joined = either(extended);
        TunnelStream stream = joined.server.session.open("tcp", "a:1", dialler);
        stream.write(text("half a sen"));
        joined.settle();
        stream.reset("token revoked");
        joined.settle();

        ByteBuffer buffer = ByteBuffer.allocate(100);
        assertThat(dialled.only().read(buffer)).isEqualTo(10);
        assertThatThrownBy(() -> dialled.only().read(buffer)).hasMessage("token revoked");
        assertThat(dialled.recorder.failure).hasMessage("token revoked");
        assertNothingLeft(joined);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aResetComesAfterWhatWasWritten(boolean extended) throws IOException {
        Joined joined = either(extended);
        TunnelStream stream = joined.server.session.open("tcp", "a:1", dialler);
        stream.write(text("all I know"));
        stream.reset("the connection failed");
        joined.settle();

        ByteBuffer buffer = ByteBuffer.allocate(100);
        assertThat(dialled.only().read(buffer)).isEqualTo(10);
        assertThatThrownBy(() -> dialled.only().read(buffer)).hasMessage("the connection failed");
        assertNothingLeft(joined);
    }

    // ---- dialling

    @ParameterizedTest
    @EnumSource(DialFailure.class)
    void aFailedDialSaysWhy(DialFailure why) throws IOException {
        for (boolean extended : List.of(false, true)) {
            Joined joined = either(extended);
            dialled.refuseWith = why;
            TunnelStream stream = joined.server.session.open("tcp", "a:1", dialler);
            joined.settle();

            assertThatThrownBy(() -> stream.read(ByteBuffer.allocate(1)))
                    .isInstanceOfSatisfying(
                            DialException.class, e -> assertThat(e.failure()).isEqualTo(why));
            assertThat(dialler.failure).isInstanceOf(DialException.class);
            assertNothingLeft(joined);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anAddressThatIsNotPermittedIsRefusedWithoutHarmToTheSession(boolean extended) throws IOException {
        Joined joined = either(extended);
        joined.server.session.open("unix", "/var/run/docker.sock", dialler);
        joined.settle();

        assertThat(dialler.failure).isInstanceOfSatisfying(DialException.class, e -> assertThat(e.failure())
                .isEqualTo(DialFailure.NOT_PERMITTED));
        assertThat(joined.server.session.isOpen()).isTrue();
        assertThat(dialled.streams).isEmpty();
    }

    @Test
    void anAnswerThatNeverComesIsATimeout() throws IOException {
        Joined joined = extended();
        dialled.answers = false;
        joined.server.session.open("tcp", "a:1", dialler);
        joined.advance(Duration.ofSeconds(71));

        assertThat(dialler.failure).isInstanceOfSatisfying(DialException.class, e -> assertThat(e.failure())
                .isEqualTo(DialFailure.TIMEOUT));
        assertThat(dialled.only().isOpen()).isFalse();
        assertNothingLeft(joined);
    }

    @Test
    void anAddressTooLongForThePeerIsRefusedHere() {
        Joined joined = plain();
        assertThatThrownBy(() -> joined.server.session.open("tcp", "x".repeat(300) + ":1", dialler))
                .hasMessageContaining("too long");
    }

    // ---- flow control

    @Test
    void aSlowReaderStopsTheWriterAtOneWindow() throws IOException {
        Joined joined = extended();
        TunnelStream stream = joined.server.session.open("tcp", "a:1", dialler);
        joined.settle();
        int written = 0;
        for (int i = 0; i < 100; i++) {
            written += Recorder.fill(stream, 100_000);
            joined.settle();
        }
        assertThat(written).isEqualTo(Limits.DEFAULT.window());

        assertThat(Recorder.readAll(dialled.only())).hasSize(written);
        joined.settle();
        assertThat(stream.writableBytes()).isPositive();
        assertThat(dialler.events).contains("writable");
    }

    @Test
    void aWindowGrowsOnlyWhileThePathIsLongerThanIt() throws IOException {
        for (boolean longPath : List.of(false, true)) {
            Joined joined = extended();
            joined.client.session.onPong(); // the round trip is what the hand clock says
            TunnelStream stream = joined.server.session.open("tcp", "a:1", dialler);
            joined.settle();
            roundTrip(joined, Duration.ofMillis(100));
            for (int i = 0; i < 200; i++) {
                Recorder.fill(stream, 100_000);
                joined.settle();
                Recorder.readAll(dialled.streams.get(dialled.streams.size() - 1));
                joined.settle();
                joined.advance(longPath ? Duration.ofMillis(10) : Duration.ofMillis(400));
            }
            int written = 0;
            for (int n = 1; n > 0; written += n) {
                n = Recorder.fill(stream, 100_000);
                joined.settle();
            }
            assertThat(written)
                    .isGreaterThan(Limits.DEFAULT.window() / 2)
                    .isLessThanOrEqualTo(longPath ? Limits.DEFAULT.maxWindow() : Limits.DEFAULT.window());
            assertThat(written > Limits.DEFAULT.window()).isEqualTo(longPath);
        }
    }

    private static void roundTrip(Joined joined, Duration duration) {
        joined.advance(Duration.ofSeconds(4));
        joined.tasks.clear();
        joined.client.deaf = true;
        joined.server.deaf = true;
        joined.advance(Duration.ofSeconds(1)); // a ping nobody answers yet
        joined.client.deaf = false;
        joined.server.deaf = false;
        joined.advance(duration);
        joined.client.session.onPong();
        joined.server.session.onPong();
        assertThat(joined.client.session.statistics().roundTrip()).contains(duration);
    }

    @Test
    void aPlainPeerIsPausedAtTwoMegabytesAndResumedBelowAQuarter() throws IOException {
        Joined joined = plain();
        TunnelStream stream = joined.server.session.open("tcp", "a:1", dialler);
        joined.settle();
        int written = 0;
        for (int i = 0; i < 100; i++) {
            written += Recorder.fill(dialled.only(), 100_000);
            joined.settle();
        }
        assertThat(joined.client.received).extracting(Frame::type).containsOnlyOnce((long) Frame.PAUSE);
        assertThat(written).isBetween(2 * 1024 * 1024, 3 * 1024 * 1024);

        assertThat(Recorder.readAll(stream)).hasSizeGreaterThan(2 * 1024 * 1024);
        joined.settle();
        assertThat(joined.client.received).extracting(Frame::type).containsOnlyOnce((long) Frame.RESUME);
        assertThat(Recorder.readAll(stream)).isNotEmpty();
    }

    @Test
    void aPlainPeerThatIgnoresPauseHarmsOnlyItsStream() throws IOException {
        Joined joined = plain();
        TunnelStream neighbour = joined.server.session.open("tcp", "b:1", new Recorder());
        joined.settle();
        TunnelStream stream = joined.server.session.open("tcp", "a:1", dialler);
        for (int i = 0; i < 300; i++) {
            joined.server.session.onMessage(message(stream.id(), Frame.DATA, new byte[32 * 1024]));
        }
        joined.settle();

        assertThat(dialler.failure).hasMessage("receive window exceeded");
        List<Long> answers = joined.client.received.stream()
                .filter(frame -> frame.stream() == stream.id())
                .map(Frame::type)
                .toList();
        assertThat(answers).containsSubsequence((long) Frame.PAUSE, (long) Frame.RESUME, (long) Frame.ERROR);
        assertThat(neighbour.isOpen()).isTrue();
    }

    @Test
    void aPeerThatSendsMoreThanItsWindowHarmsOnlyItsStream() throws IOException {
        Joined joined = extended();
        TunnelStream stream = joined.server.session.open("tcp", "a:1", dialler);
        joined.settle();
        for (int i = 0; i < 9; i++) {
            joined.server.session.onMessage(message(stream.id(), Frame.DATA, new byte[32 * 1024]));
        }
        assertThat(dialler.failure).hasMessage("receive window exceeded");
        assertThat(joined.server.session.isOpen()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aStoppedWriterIsReleasedWhenTheStreamFails(boolean extended) throws IOException {
        Joined joined = either(extended);
        TunnelStream stream = joined.server.session.open("tcp", "a:1", dialler);
        joined.settle();
        joined.server.session.onMessage(message(stream.id(), Frame.PAUSE));
        while (Recorder.fill(stream, 100_000) > 0) {
            joined.settle();
        }
        joined.cut();
        joined.settle();

        assertThat(dialler.events).endsWith("failed");
        assertThatThrownBy(() -> stream.write(text("x"))).hasMessageStartingWith("tunnel disconnect");
    }

    @Test
    void theTwoPausesOfAStreamAreTwoThings() throws IOException {
        Joined joined = plain();
        TunnelStream stream = joined.server.session.open("tcp", "a:1", dialler);
        joined.settle();
        joined.server.session.onMessage(message(stream.id(), Frame.PAUSE));
        dialled.only().write(text("to be read"));
        joined.settle();
        assertThat(Recorder.readAll(stream)).isEqualTo("to be read");
        stream.write(text("still waiting"));
        joined.settle();
        assertThat(Recorder.readAll(dialled.only())).isEmpty();

        joined.server.session.onMessage(message(stream.id(), Frame.RESUME));
        joined.settle();
        assertThat(Recorder.readAll(dialled.only())).isEqualTo("still waiting");
    }

    @Test
    void bytesClosedBehindAPauseAreGivenUpInTheEnd() throws IOException {
        Joined joined = plain();
        TunnelStream stream = joined.server.session.open("tcp", "a:1", dialler);
        joined.settle();
        joined.server.session.onMessage(message(stream.id(), Frame.PAUSE));
        stream.write(text("never wanted"));
        stream.close();
        joined.advance(Duration.ofSeconds(25));
        assertThat(joined.server.session.statistics().streams()).isEqualTo(1);
        joined.advance(Duration.ofSeconds(15));
        assertNothingLeft(joined);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aStreamWithMuchToSendDoesNotHoldUpTheOthers(boolean extended) throws IOException {
        Joined joined = either(extended);
        TunnelStream bulk = joined.server.session.open("tcp", "bulk:1", dialler);
        TunnelStream other = joined.server.session.open("tcp", "other:1", new Recorder());
        joined.settle();
        joined.server.stuck = true;
        Recorder.fill(bulk, 1_000_000);
        other.write(text("urgent"));
        joined.server.stuck = false;
        int before = joined.client.received.size();
        joined.settle();

        List<Frame> data = joined.client.received.subList(before, joined.client.received.size()).stream()
                .filter(frame -> frame.type() == Frame.DATA)
                .toList();
        int position = data.stream().map(Frame::stream).toList().indexOf(other.id());
        assertThat(position).isBetween(0, 2);
        assertThat(data)
                .allSatisfy(frame -> assertThat(frame.body().remaining()).isLessThanOrEqualTo(Frame.MAX_DATA));
    }

    @Test
    void aStuckCarrierHoldsLittlePerStreamHoweverManyThereAre() throws IOException {
        Joined joined = extended();
        joined.server.stuck = true;
        int held = 0;
        for (int i = 0; i < 1_000; i++) {
            held += Recorder.fill(joined.server.session.open("tcp", "a:1", new Recorder()), 1_000_000);
        }
        assertThat(held).isLessThan(19 * 1024 * 1024);

        joined.server.stuck = false;
        joined.settle();
        int arrived = 0;
        for (TunnelStream stream : dialled.streams) {
            arrived += Recorder.readAll(stream).length();
        }
        assertThat(arrived).isEqualTo(held);
    }

    // ---- the session

    @Test
    void dataForAnUnknownStreamIsAnsweredAndErrorsForOneAreNot() {
        Joined joined = plain();
        joined.client.session.onMessage(message(99, Frame.DATA, "zzz".getBytes(UTF_8)));
        joined.client.session.onMessage(message(99, Frame.ERROR, "EOF".getBytes(UTF_8)));
        joined.client.session.onMessage(message(99, Frame.ERROR, "EOF".getBytes(UTF_8)));
        joined.settle();

        assertThat(joined.server.received).singleElement().satisfies(frame -> {
            assertThat(frame.type()).isEqualTo(Frame.ERROR);
            assertThat(FrameCodec.text(frame.body().duplicate())).isEqualTo("connection not found client/0/99");
        });
    }

    @Test
    void aListFromTheClientEndsTheStreamsItLacksUnlessTheyAreYoung() throws IOException {
        Joined joined = plain();
        TunnelStream lost = joined.server.session.open("tcp", "a:1", dialler);
        joined.advance(Duration.ofSeconds(31));
        var young = new Recorder();
        joined.server.session.open("tcp", "b:1", young);
        joined.server.session.onMessage(message(0, Frame.SYNC_CONNECTIONS));
        joined.settle();

        assertThat(dialler.failure).hasMessage("sync from client");
        assertThat(lost.isOpen()).isFalse();
        assertThat(young.failure).isNull();
    }

    @Test
    void aClientSendsItsListOnceAMinute() throws IOException {
        Joined joined = plain();
        joined.server.session.open("tcp", "a:1", dialler);
        joined.advance(Duration.ofSeconds(119));

        List<Frame> lists = joined.server.received.stream()
                .filter(frame -> frame.type() == Frame.SYNC_CONNECTIONS)
                .toList();
        assertThat(lists).hasSize(2);
        assertThat(FrameCodec.ids(lists.get(0).body())).containsExactly(2L);
        assertThat(dialler.failure).isNull();
    }

    @Test
    void aSilentPeerOfOursIsGivenUpAfterFifteenSeconds() throws IOException {
        Joined joined = extended();
        joined.server.session.open("tcp", "a:1", dialler);
        joined.settle();
        joined.client.deaf = true;
        joined.server.deaf = true;
        joined.advance(Duration.ofSeconds(12));
        assertThat(joined.server.closed).isNull();
        joined.advance(Duration.ofSeconds(3));
        assertThat(joined.server.closed).hasMessageContaining("nothing heard");
        assertThat(dialler.failure).hasMessageStartingWith("tunnel disconnect");
    }

    @Test
    void aSilentPlainPeerIsGivenUpAfterAMinute() {
        Joined joined = plain();
        joined.client.deaf = true;
        joined.server.deaf = true;
        joined.advance(Duration.ofSeconds(59));
        assertThat(joined.server.closed).isNull();
        joined.advance(Duration.ofSeconds(6));
        assertThat(joined.server.closed).hasMessageContaining("nothing heard");
    }

    @Test
    void goingAwayLetsStreamsFinishAndTheSessionEndsWithTheLast() throws IOException {
        Joined joined = extended();
        TunnelStream stream = joined.server.session.open("tcp", "a:1", dialler);
        joined.settle();
        joined.client.session.goAway("the agent is being replaced");
        joined.settle();

        assertThat(joined.server.goneAway).isEqualTo("the agent is being replaced");
        assertThatThrownBy(() -> joined.server.session.open("tcp", "b:1", dialler))
                .hasMessageContaining("going away");
        stream.write(text("still works"));
        stream.shutdownOutput();
        joined.settle();
        assertThat(Recorder.readAll(dialled.only())).isEqualTo("still works$");
        dialled.only().shutdownOutput();
        joined.settle();
        joined.advance(Duration.ofSeconds(5));
        assertThat(Recorder.readAll(stream)).isEqualTo("$");
        assertThat(joined.server.closed).hasMessage("drained");
    }

    @Test
    void statisticsCountPayload() throws IOException {
        Joined joined = extended();
        TunnelStream stream = joined.server.session.open("tcp", "a:1", dialler);
        stream.write(text("12345"));
        joined.settle();

        assertThat(joined.server.session.statistics().bytesOut()).isEqualTo(5);
        assertThat(joined.client.session.statistics().bytesIn()).isEqualTo(5);
        assertThat(joined.client.session.statistics().streams()).isEqualTo(1);
    }

    // ---- broken peers

    @ParameterizedTest
    @ValueSource(strings = {"text", "truncated", "connect", "sync", "twice", "credit"})
    void aBrokenMessageEndsTheSessionAndClosesTheSocket(String broken) throws IOException {
        Joined joined = extended();
        TunnelStream stream = joined.server.session.open("tcp", "a:1", dialler);
        joined.settle();
        Session session = joined.client.session;
        switch (broken) {
            case "text" -> session.onText();
            case "truncated" -> session.onMessage(ByteBuffer.wrap(new byte[] {2, (byte) 0x84}));
            case "connect" -> session.onMessage(message(7, Frame.CONNECT, "tcp".getBytes(UTF_8)));
            case "sync" -> session.onMessage(message(0, Frame.SYNC_CONNECTIONS, new byte[9]));
            case "twice" -> session.onMessage(message(stream.id(), Frame.CONNECT, "tcp/b:1".getBytes(UTF_8)));
            default -> session.onMessage(message(stream.id(), Frame.WINDOW, FrameCodec.number(-1)));
        }
        assertThat(joined.client.closeCode).isEqualTo(1002);
        joined.settle();
        assertThat(joined.client.closed).isInstanceOf(ProtocolException.class);
        assertThat(dialler.failure).hasMessageStartingWith("tunnel disconnect");
        assertNothingLeft(joined);
    }

    @Test
    void unknownTypesAreIgnored() {
        for (boolean extended : List.of(false, true)) {
            Joined joined = either(extended);
            joined.client.session.onMessage(message(2, 42));
            joined.client.session.onMessage(message(2, 4711));
            joined.settle();
            assertThat(joined.client.session.isOpen()).isTrue();
        }
    }

    @Test
    void aPeerThatMakesUsAnswerAndDoesNotReadIsCutOff() {
        Joined joined = plain();
        joined.client.stuck = true;
        ByteBuffer message = message(99, Frame.DATA, new byte[1]);
        for (int i = 0; i < 200_000 && joined.client.session.isOpen(); i++) {
            joined.client.session.onMessage(message.duplicate());
        }
        joined.client.session.onMessage(message.duplicate());
        assertThat(joined.client.session.isOpen()).isFalse();
    }

    @Test
    void moreStreamsThanTheLimitAreRefused() throws IOException {
        var two = new Limits(256 * 1024, 1024 * 1024, 8 * 1024 * 1024, 2);
        var joined = new Joined(1, true, two, StreamAcceptor.NONE, dialled);
        joined.server.session.open("tcp", "a:1", dialler);
        joined.server.session.open("tcp", "b:1", dialler);
        assertThatThrownBy(() -> joined.server.session.open("tcp", "c:1", dialler))
                .hasMessageContaining("no room");
    }

    private static void assertNothingLeft(Joined joined) {
        assertThat(joined.server.session.statistics().streams()).isZero();
        assertThat(joined.client.session.statistics().streams()).isZero();
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    private static ByteBuffer message(long stream, int type, byte... body) {
        return FrameCodec.encode(1, stream, type, body);
    }
}
