package io.drover.wire;

import java.nio.ByteBuffer;

/**
 * One protocol message: the content of one binary WebSocket message.
 *
 * @param messageId any number; nobody evaluates it
 * @param stream the stream's number; 0 for messages about the session as a whole
 * @param type one of the constants here; a receiver ignores types it does not know
 * @param body what follows the header: a view of the decoded buffer, valid as long as that is
 */
public record Frame(long messageId, long stream, long type, ByteBuffer body) {

    public static final int DATA = 1;
    public static final int CONNECT = 2;
    public static final int ERROR = 3;
    public static final int ADD_CLIENT = 4;
    public static final int REMOVE_CLIENT = 5;
    public static final int PAUSE = 6;
    public static final int RESUME = 7;
    public static final int SYNC_CONNECTIONS = 8;

    /** Extension: varint, the bytes the receiver may send in addition. */
    public static final int WINDOW = 64;

    /** Extension: varint {@link DialFailure#code()}, 0 for success, then a text; answers a CONNECT. */
    public static final int OPENED = 65;

    /** Extension: no more DATA will follow in this direction. */
    public static final int FIN = 66;

    /** Extension: text; both directions are over, unsent bytes are lost. */
    public static final int RESET = 67;

    /** Extension: text; the sender opens no more streams here and wants none opened. */
    public static final int GO_AWAY = 68;

    /** The longest payload a DATA frame of ours has. */
    public static final int MAX_DATA = 32 * 1024;
}
