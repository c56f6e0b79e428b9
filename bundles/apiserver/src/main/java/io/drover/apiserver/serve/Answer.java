package io.drover.apiserver.serve;

import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** What is answered, unless it is a watch. */
record Answer(int status, Map<String, String> headers, Iterator<ByteBuffer> parts) {

    static final String JSON = "application/json";

    static Answer of(int status, String contentType, byte[] body) {
        return new Answer(
                status,
                Map.of(
                        "content-type",
                        contentType,
                        "content-length",
                        Integer.toString(body.length),
                        "cache-control",
                        "no-cache, private"),
                List.of(ByteBuffer.wrap(body)).iterator());
    }

    static Answer streamed(int status, String contentType, Iterator<ByteBuffer> parts) {
        return new Answer(status, Map.of("content-type", contentType, "cache-control", "no-cache, private"), parts);
    }
}
