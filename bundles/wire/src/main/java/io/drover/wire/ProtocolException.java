package io.drover.wire;

import java.io.IOException;

/** The peer sent bytes that are not the tunnel's protocol; its session ends, and nobody else's. */
public final class ProtocolException extends IOException {

    private static final long serialVersionUID = 1L;

    public ProtocolException(String message) {
        super(message);
    }
}
