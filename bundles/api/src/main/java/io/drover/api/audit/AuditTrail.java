package io.drover.api.audit;

import io.drover.api.auth.Callers.RequestHead;
import org.osgi.annotation.versioning.ProviderType;

/** Where requests are recorded. Never blocks; any thread. */
@ProviderType
public interface AuditTrail {

    /** Records nothing, and gives requests their ids all the same. */
    AuditTrail OFF = head -> new UnrecordedCall(AuditedCall.newId());

    /**
     * Begins the record of a request.
     *
     * @throws io.drover.api.DroverException {@code UNAVAILABLE} if there is no room for another record, and settings say that nothing is
     *     done unrecorded
     */
    AuditedCall begin(RequestHead head);
}
