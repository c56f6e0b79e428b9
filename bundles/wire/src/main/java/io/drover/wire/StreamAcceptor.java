package io.drover.wire;

/** The dialled side: decides about and answers the streams that the peer opens. */
public interface StreamAcceptor {

    /** Refuses everything; what a server wants whose agents have nothing to dial. */
    StreamAcceptor NONE = new StreamAcceptor() {
        @Override
        public boolean permit(String network, String address) {
            return false;
        }

        @Override
        public void accept(TunnelStream stream) {
            stream.refuse(DialFailure.NOT_PERMITTED, "connect not allowed");
        }
    };

    /**
     * Whether the peer may reach this address. Called on the carrier's thread, so must not block.
     *
     * @param network {@code tcp}, {@code unix}, …
     * @param address {@code host:port} or a path
     */
    boolean permit(String network, String address);

    /**
     * Dials {@link TunnelStream#address()}, then calls {@link TunnelStream#accept} or {@link TunnelStream#refuse}.
     * Called on the session's executor.
     */
    void accept(TunnelStream stream);
}
