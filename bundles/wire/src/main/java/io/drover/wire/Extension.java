package io.drover.wire;

import java.util.Optional;

/**
 * What two ends of ours agree on in the WebSocket handshake. The client offers it in the header {@link #HEADER}; a
 * server that knows it answers the 101 with the same header and its own values. Without that answer both speak plain
 * remotedialer.
 *
 * @param window bytes that the other side may send on a new stream before it is granted more
 */
public record Extension(int window) {

    public static final String HEADER = "X-Drover-Tunnel";

    private static final String VERSION = "1";
    private static final int MIN_WINDOW = 16 * 1024;
    private static final int MAX_WINDOW = 16 * 1024 * 1024;

    public Extension {
        if (window < MIN_WINDOW || window > MAX_WINDOW) {
            throw new IllegalArgumentException("window of " + window + " bytes");
        }
    }

    /** The header's value, such as {@code 1; window=262144}. */
    public String header() {
        return VERSION + "; window=" + window;
    }

    /** Reads the header's value; parameters unknown here are skipped. Empty for other versions and nonsense. */
    public static Optional<Extension> parse(String header) {
        if (header == null || header.length() > 200) {
            return Optional.empty();
        }
        String[] parts = header.split(";");
        if (parts.length == 0 || !parts[0].strip().equals(VERSION)) {
            return Optional.empty();
        }
        for (String part : parts) {
            String parameter = part.strip();
            if (parameter.matches("window=[0-9]{1,9}")) {
                int window = Integer.parseInt(parameter.substring("window=".length()));
                return window < MIN_WINDOW || window > MAX_WINDOW
                        ? Optional.empty()
                        : Optional.of(new Extension(window));
            }
        }
        return Optional.empty();
    }
}
