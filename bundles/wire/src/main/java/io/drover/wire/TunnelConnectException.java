package io.drover.wire;

import java.io.IOException;

/** A tunnel could not be set up. The message says in words what went wrong, and with whom. */
public final class TunnelConnectException extends IOException {

    private static final long serialVersionUID = 1L;

    /** How far it came. */
    public enum Stage {
        /** The name has no address. */
        RESOLVE,
        /** The server, or the proxy, does not answer. */
        CONNECT,
        /** The proxy does not let us through. */
        PROXY,
        /** The server's certificate is not the expected one, or TLS failed otherwise. */
        TLS,
        /** The server answered something else than 101. */
        REFUSED,
        /** The server's answer was not understood, or did not come in time. */
        HANDSHAKE
    }

    private final Stage stage;
    private final int status;

    TunnelConnectException(Stage stage, int status, String message, Throwable cause) {
        super(message, cause);
        this.stage = stage;
        this.status = status;
    }

    TunnelConnectException(Stage stage, String message, Throwable cause) {
        this(stage, 0, message, cause);
    }

    public Stage stage() {
        return stage;
    }

    /** The HTTP status of an answer that refused, otherwise 0. */
    public int status() {
        return status;
    }
}
