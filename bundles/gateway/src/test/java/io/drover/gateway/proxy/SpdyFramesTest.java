package io.drover.gateway.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpdyFramesTest {

    private static final String PROTOCOL = "X-Stream-Protocol-Version";

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 8, 9, 100})
    void knowsWhereFramesEndHoweverTheyCome(int chunk) {
        ByteBuffer frames = ByteBuffer.allocate(8 + 300 + 8 + 8 + 2);
        frames.putInt(3).putInt(300).position(308);
        frames.putInt(0x80030006).putInt(0);
        frames.putInt(5).putInt(1 << 24 | 2).position(frames.capacity());
        frames.flip();
        SpdyFrames counted = SpdyFrames.of(exec("v4.channel.k8s.io")).orElseThrow();

        for (int at = 0; at < frames.limit(); at += chunk) {
            int end = Math.min(at + chunk, frames.limit());
            counted.passed(frames.slice(at, end - at));
            int next = end <= 308 ? 308 : end <= 316 ? 316 : 326;
            boolean inHeader = end < 8 || end > 308 && end < 316 || end > 316 && end < 324;
            if (!inHeader) {
                assertThat(counted.rest()).as("after " + end).isEqualTo(next - end);
            } else {
                assertThat(counted.rest()).as("after " + end).isBetween(1, 7);
            }
        }
        assertThat(counted.rest()).isZero();
    }

    @Test
    void refusesOnTheStreamForErrors() {
        ByteBuffer frame = SpdyFrames.refusal("why");
        SpdyFrames counted = SpdyFrames.of(exec("v4.channel.k8s.io")).orElseThrow();
        counted.passed(frame);

        assertThat(counted.rest()).isZero();
        assertThat(frame.getInt()).isEqualTo(1);
        assertThat(frame.getInt()).isEqualTo(1 << 24 | frame.remaining());
        assertThat(UTF_8.decode(frame).toString()).contains("\"status\":\"Failure\"", "\"message\":\"why\"");
    }

    @Test
    void countsNothingButExecsOverSpdy() {
        assertThat(SpdyFrames.of(exec("portforward.k8s.io"))).isEmpty();
        assertThat(SpdyFrames.of(HttpFields.build().put("Upgrade", "websocket")))
                .isEmpty();
        assertThat(SpdyFrames.of(HttpFields.EMPTY)).isEmpty();
    }

    private static HttpFields exec(String protocol) {
        return HttpFields.build().put("Upgrade", "SPDY/3.1").put(PROTOCOL, protocol);
    }
}
