package io.drover.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameCodecTest {

    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

    @ParameterizedTest
    @CsvSource({
        "0, 00",
        "-1, 01",
        "1, 02",
        "2, 04",
        "63, 7e",
        "64, 80 01",
        "150, ac 02",
        "8191, fe 7f",
        "8192, 80 80 01",
        "15000, b0 ea 01",
        "2147483647, fe ff ff ff 0f",
        "9223372036854775807, fe ff ff ff ff ff ff ff ff 01",
        "-9223372036854775808, ff ff ff ff ff ff ff ff ff 01"
    })
    void numbersAreZigZagVarints(long value, String hex) throws ProtocolException {
        assertThat(HEX.formatHex(FrameCodec.number(value))).isEqualTo(hex);
        assertThat(FrameCodec.varint(bytes(hex))).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 2, 2, tcp/10.43.0.1:443, 02 04 04 b0 ea 01 74 63 70 2f 31 30 2e 34 33 2e 30 2e 31 3a 34 34 33",
        "2, 2, 1, hello, 04 04 02 b0 ea 01 68 65 6c 6c 6f",
        "3, 2, 3, EOF, 06 04 06 45 4f 46",
        "4, 2, 6, '', 08 04 0c",
        "5, 2, 7, '', 0a 04 0e",
        "6, 0, 4, c-abcde/42, 0c 00 08 63 2d 61 62 63 64 65 2f 34 32",
        "7, 0, 5, c-abcde/42, 0e 00 0a 63 2d 61 62 63 64 65 2f 34 32",
        "12, 0, 8, '', 18 00 10",
        "9, 3, 2, c-abcde::tcp/10.43.0.1:443, 12 06 04 b0 ea 01 63 2d 61 62 63 64 65 3a 3a 74 63 70 2f 31 30 2e 34 33 2e "
                + "30 2e 31 3a 34 34 33",
        "10, 64, 2, unix//var/run/docker.sock, 14 80 01 04 b0 ea 01 75 6e 69 78 2f 2f 76 61 72 2f 72 75 6e 2f 64 6f 63 "
                + "6b 65 72 2e 73 6f 63 6b",
        "9223372036854775807, 64, 1, x, fe ff ff ff ff ff ff ff ff 01 80 01 02 b0 ea 01 78",
        "13, 2, 3, dial tcp 10.0.0.9:443: connect: connection refused, 1a 04 06 64 69 61 6c 20 74 63 70 20 31 30 2e 30 "
                + "2e 30 2e 39 3a 34 34 33 3a 20 63 6f 6e 6e 65 63 74 3a 20 63 6f 6e 6e 65 63 74 69 6f 6e 20 72 65 66 75 "
                + "73 65 64"
    })
    void messagesAreThoseOfTheGoLibraryByteForByte(long id, long stream, int type, String body, String hex)
            throws ProtocolException {
        assertThat(HEX.formatHex(FrameCodec.encode(id, stream, type, body.getBytes(UTF_8))
                        .array()))
                .isEqualTo(hex);

        Frame frame = FrameCodec.decode(bytes(hex));
        assertThat(frame.messageId()).isEqualTo(id);
        assertThat(frame.stream()).isEqualTo(stream);
        assertThat(frame.type()).isEqualTo(type);
        assertThat(FrameCodec.text(frame.body())).isEqualTo(body);
    }

    @Test
    void listsOfStreamsAreAscendingAndLittleEndian() throws ProtocolException {
        String hex = "10 00 10 02 00 00 00 00 00 00 00 05 00 00 00 00 00 00 00 2c 01 00 00 00 00 00 00";
        byte[] body = FrameCodec.ids(List.of(300L, 2L, 5L));

        assertThat(HEX.formatHex(
                        FrameCodec.encode(8, 0, Frame.SYNC_CONNECTIONS, body).array()))
                .isEqualTo(hex);
        assertThat(FrameCodec.ids(FrameCodec.decode(bytes(hex)).body())).isEqualTo(Set.of(2L, 5L, 300L));
    }

    @ParameterizedTest
    @CsvSource({
        "02 04 02 00 68 69, hi",
        "82 00 04 02 b0 ea 01 68 69, hi",
        "a6 99 80 df 96 bc 91 83 4a 04 02 b0 ea 01 48 54 54 50, HTTP",
        "a8 99 80 df 96 bc 91 83 4a 04 06 45 4f 46, EOF",
        "d6 ec bd 9a c3 a1 fa ef e4 01 00 08 66 6f 6f 2f 31, foo/1"
    })
    void whatOlderAndOtherEndsSendIsUnderstood(String hex, String body) throws ProtocolException {
        assertThat(FrameCodec.text(FrameCodec.decode(bytes(hex)).body())).isEqualTo(body);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "02",
                "02 04",
                "02 04 02",
                "02 04 02 b0",
                "80 80 80 80 80 80 80 80 80 80 80 01 04 06",
                "fe ff ff ff ff ff ff ff ff 02 04 06"
            })
    void aNumberCutShortOrTooLongIsAProtocolError(String hex) {
        assertThatThrownBy(() -> FrameCodec.decode(bytes(hex))).isInstanceOf(ProtocolException.class);
    }

    @Test
    void aListOfStreamsOfOddLengthIsAProtocolError() {
        assertThatThrownBy(() -> FrameCodec.ids(ByteBuffer.allocate(9))).isInstanceOf(ProtocolException.class);
    }

    @Test
    void aTextIsCutBetweenCharacters() {
        assertThat(FrameCodec.cut("aé", 2)).isEqualTo("a".getBytes(UTF_8));
        assertThat(FrameCodec.cut("aé", 3)).isEqualTo("aé".getBytes(UTF_8));
    }

    @Test
    void randomBytesAreDecodedOrRefusedAndNothingElse() {
        var random = new Random(42);
        int decoded = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            try {
                Frame frame = FrameCodec.decode(ByteBuffer.wrap(bytes));
                assertThat(frame.body().remaining()).isLessThan(bytes.length);
                decoded++;
            } catch (ProtocolException e) {
                assertThat(e).hasMessageContaining("number");
            }
        }
        assertThat(decoded).isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1; window=262144", "1;window=262144; future=x", " 1 ; a ; window=262144 "})
    void theExtensionIsAgreedByAHeader(String header) {
        assertThat(Extension.parse(header)).contains(new Extension(262_144));
        assertThat(Extension.parse(new Extension(262_144).header())).contains(new Extension(262_144));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ";", "2; window=262144", "1", "1; window=-5", "1; window=99999999999", "1; window=1"})
    void otherHeadersMeanThePlainProtocol(String header) {
        assertThat(Extension.parse(header)).isEmpty();
    }

    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(hex.isEmpty() ? new byte[0] : HEX.parseHex(hex));
    }
}
