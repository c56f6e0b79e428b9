package io.drover.gateway.http;

import io.drover.api.audit.AuditedCall;
import org.eclipse.jetty.server.Request;

/** The audit's record of a request that has come through the listener. */
public final class Audited {

    private Audited() {}

    public static AuditedCall of(Request request) {
        return (AuditedCall) request.getAttribute(AuditedCall.ATTRIBUTE);
    }
}
