package io.drover.gateway.proxy;

import io.drover.wire.DialException;
import java.io.EOFException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * What a failed request to a cluster is answered with.
 *
 * @param reached whether the cluster may have done what was asked
 */
record Failures(int status, String message, boolean reached) {

    /** @param place {@code host:port} of the cluster's API server */
    static Failures of(Throwable failure, String place) {
        DialException dial = find(failure, DialException.class);
        if (dial != null) {
            return new Failures(
                    503, "the cluster's API server can't be reached at " + place + ": " + dial.getMessage(), false);
        }
        SSLException tls = find(failure, SSLException.class);
        if (tls != null) {
            return new Failures(502, "the API server at " + place + " is not trusted: " + deepest(tls), false);
        }
        if (find(failure, TimeoutException.class) != null) {
            return new Failures(504, "the API server at " + place + " did not answer in time", true);
        }
        if (find(failure, EOFException.class) != null) {
            return new Failures(503, "the API server at " + place + " closed the connection without an answer", true);
        }
        return new Failures(503, "the request to the API server at " + place + " failed: " + deepest(failure), true);
    }

    private static <T extends Throwable> T find(Throwable failure, Class<T> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return type.cast(cause);
            }
        }
        return null;
    }

    private static String deepest(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
