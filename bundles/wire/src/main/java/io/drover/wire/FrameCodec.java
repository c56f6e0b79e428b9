package io.drover.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** Frames to bytes and back. Numbers are zig-zag varints of 64 bits, the {@code sint64} of Protocol Buffers. */
public final class FrameCodec {

    /** No header is longer: three varints of ours (10 + 10 + 2 bytes) and the deadline. */
    static final int MAX_HEADER = 25;

    /** The longest message that is looked at; a SYNCCONNECTIONS of 130,000 streams still fits. */
    static final int MAX_MESSAGE = 1024 * 1024;

    /** Go receivers cut a CONNECT body here. */
    static final int MAX_CONNECT = 266;

    /** Go receivers cut an ERROR text here. */
    static final int MAX_ERROR = 100;

    private static final int MAX_VARINT = 10;
    private static final long DEADLINE = 15_000;

    private FrameCodec() {}

    /** Reads one message. The frame's body shares the message's bytes. */
    public static Frame decode(ByteBuffer message) throws ProtocolException {
        if (message.remaining() > MAX_MESSAGE) {
            throw new ProtocolException("message of " + message.remaining() + " bytes");
        }
        long messageId = varint(message);
        long stream = varint(message);
        long type = varint(message);
        if (type == Frame.DATA || type == Frame.CONNECT) {
            varint(message); // the deadline, which nobody has looked at since 2020
        }
        return new Frame(messageId, stream, type, message.slice());
    }

    /** A whole message, ready to be sent. */
    public static ByteBuffer encode(long messageId, long stream, int type, byte... body) {
        byte[] header = new byte[MAX_HEADER];
        int length = header(header, messageId, stream, type);
        return ByteBuffer.allocate(length + body.length)
                .put(header, 0, length)
                .put(body)
                .flip();
    }

    /** Writes the header of a message to the start of {@code header}, and returns its length. */
    static int header(byte[] header, long messageId, long stream, int type) {
        int at = putVarint(header, 0, messageId);
        at = putVarint(header, at, stream);
        at = putVarint(header, at, type);
        return type == Frame.DATA || type == Frame.CONNECT ? putVarint(header, at, DEADLINE) : at;
    }

    static long varint(ByteBuffer in) throws ProtocolException {
        long raw = 0;
        for (int i = 0; i < MAX_VARINT; i++) {
            if (!in.hasRemaining()) {
                throw new ProtocolException("message ends inside a number");
            }
            byte group = in.get();
            if (i == MAX_VARINT - 1 && (group & 0xfe) != 0) {
                break;
            }
            raw |= (long) (group & 0x7f) << (7 * i);
            if (group >= 0) {
                return (raw >>> 1) ^ -(raw & 1);
            }
        }
        throw new ProtocolException("number of more than 64 bits");
    }

    static int putVarint(byte[] out, int at, long value) {
        long raw = (value << 1) ^ (value >> 63);
        while ((raw & ~0x7fL) != 0) {
            out[at++] = (byte) (raw | 0x80);
            raw >>>= 7;
        }
        out[at++] = (byte) raw;
        return at;
    }

    /** The body of WINDOW. */
    static byte[] number(long value) {
        byte[] bytes = new byte[MAX_VARINT];
        return Arrays.copyOf(bytes, putVarint(bytes, 0, value));
    }

    /** The body of OPENED. */
    static byte[] numberAndText(long value, String text) {
        byte[] number = number(value);
        byte[] utf8 = cut(text, 1024);
        return ByteBuffer.allocate(number.length + utf8.length)
                .put(number)
                .put(utf8)
                .array();
    }

    static String text(ByteBuffer body) {
        return UTF_8.decode(body).toString();
    }

    /** The text's first {@code limit} bytes, never half a character. */
    static byte[] cut(String text, int limit) {
        byte[] utf8 = text.getBytes(UTF_8);
        if (utf8.length <= limit) {
            return utf8;
        }
        int end = limit;
        while (end > 0 && (utf8[end] & 0xc0) == 0x80) {
            end--;
        }
        return Arrays.copyOf(utf8, end);
    }

    /** The body of SYNCCONNECTIONS: ascending, little-endian. */
    static byte[] ids(Collection<Long> streams) {
        ByteBuffer body = ByteBuffer.allocate(streams.size() * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        streams.stream().sorted().forEach(body::putLong);
        return body.array();
    }

    static Set<Long> ids(ByteBuffer body) throws ProtocolException {
        if (body.remaining() % Long.BYTES != 0) {
            throw new ProtocolException("SYNCCONNECTIONS of " + body.remaining() + " bytes");
        }
        var streams = new HashSet<Long>(body.remaining() / Long.BYTES * 2);
        ByteBuffer in = body.slice().order(ByteOrder.LITTLE_ENDIAN);
        while (in.hasRemaining()) {
            streams.add(in.getLong());
        }
        return streams;
    }
}
