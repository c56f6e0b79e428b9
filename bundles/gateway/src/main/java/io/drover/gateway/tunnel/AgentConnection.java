package io.drover.gateway.tunnel;

import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.eclipse.jetty.websocket.core.WebSocketConnection;
import org.eclipse.jetty.websocket.core.WebSocketCoreSession;

/**
 * An agent's WebSocket, read by the selector's own thread: a session never blocks, and to wake another thread for each message costs more
 * than the message. Jetty's own connection always wakes one.
 */
final class AgentConnection extends WebSocketConnection {

    private final Callback fillable =
            Callback.from(InvocationType.NON_BLOCKING, this::onFillable, this::onFillInterestedFailed);

    private final WebSocketCarrier carrier;

    private AgentConnection(Request request, WebSocketCoreSession session, WebSocketCarrier carrier) {
        super(
                request.getConnectionMetaData().getConnection().getEndPoint(),
                request.getConnectionMetaData().getConnector().getExecutor(),
                request.getConnectionMetaData().getConnector().getScheduler(),
                request.getConnectionMetaData().getConnector().getByteBufferPool(),
                session);
        this.carrier = carrier;
        setUseInputDirectByteBuffers(
                request.getConnectionMetaData().getHttpConfiguration().isUseInputDirectByteBuffers());
        setUseOutputDirectByteBuffers(
                request.getConnectionMetaData().getHttpConfiguration().isUseOutputDirectByteBuffers());
    }

    @Override
    public void fillInterested() {
        fillInterested(fillable);
    }

    // A demand from another thread just before these end would be lost (jetty.project issue 14528), and with it the
    // tunnel.

    @Override
    public void onOpen() {
        super.onOpen();
        carrier.readOn();
    }

    @Override
    public void onFillable() {
        super.onFillable();
        carrier.readOn();
    }

    @Override
    public void run() {
        super.run();
        carrier.readOn();
    }

    /** The upgrade's request, in which the connection that Jetty makes for the session is exchanged for one of ours. */
    static final class Upgrade extends Request.Wrapper {

        private WebSocketCarrier carrier;
        private WebSocketCoreSession session;

        Upgrade(Request request) {
            super(request);
        }

        /** Told before the session. */
        void carrier(WebSocketCarrier negotiated) {
            carrier = negotiated;
        }

        /** Told before the connection is set. */
        void session(WebSocketCoreSession opened) {
            session = opened;
        }

        @Override
        public Object setAttribute(String name, Object value) {
            if (name.equals(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE)) {
                var connection = new AgentConnection(this, session, carrier);
                session.setWebSocketConnection(connection);
                return super.setAttribute(name, connection);
            }
            return super.setAttribute(name, value);
        }
    }
}
