package io.drover.wire;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/** Bytes waiting in a stream, in chunks that begin with room for a frame's header. Not thread-safe. */
final class ByteQueue {

    /** Small additions share a chunk, so that a peer's one-byte messages cannot cost more than their bytes. */
    private static final int MIN_CHUNK = 2048;

    private static final class Chunk {
        final byte[] bytes;
        int from = FrameCodec.MAX_HEADER;
        int to = FrameCodec.MAX_HEADER;

        Chunk(int capacity) {
            bytes = new byte[FrameCodec.MAX_HEADER + capacity];
        }
    }

    private final ArrayDeque<Chunk> chunks = new ArrayDeque<>(2);
    private int size;

    int size() {
        return size;
    }

    void add(ByteBuffer source, int count) {
        int left = count;
        Chunk last = chunks.peekLast();
        while (left > 0) {
            if (last == null || last.to == last.bytes.length) {
                last = new Chunk(Math.min(Frame.MAX_DATA, last == null ? left : Math.max(left, MIN_CHUNK)));
                chunks.add(last);
            }
            int n = Math.min(left, last.bytes.length - last.to);
            source.get(last.bytes, last.to, n);
            last.to += n;
            left -= n;
        }
        size += count;
    }

    int read(ByteBuffer target) {
        int before = size;
        while (target.hasRemaining() && size > 0) {
            Chunk first = chunks.element();
            int n = Math.min(target.remaining(), first.to - first.from);
            target.put(first.bytes, first.from, n);
            advance(first, n);
        }
        return before - size;
    }

    /**
     * Takes up to {@code limit} bytes as one message with this header before them. The header overwrites bytes of the
     * same chunk that were taken earlier, so a message must have been sent before the next is taken.
     */
    ByteBuffer take(int limit, byte[] header, int headerLength) {
        Chunk first = chunks.element();
        int n = Math.min(limit, first.to - first.from);
        int start = first.from - headerLength;
        System.arraycopy(header, 0, first.bytes, start, headerLength);
        advance(first, n);
        return ByteBuffer.wrap(first.bytes, start, headerLength + n);
    }

    private void advance(Chunk first, int n) {
        first.from += n;
        size -= n;
        if (first.from == first.to) {
            chunks.remove();
        }
    }

    void clear() {
        chunks.clear();
        size = 0;
    }
}
