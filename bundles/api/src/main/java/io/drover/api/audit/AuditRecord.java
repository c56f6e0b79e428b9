package io.drover.api.audit;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.drover.api.kind.Rest;
import java.util.List;
import java.util.Map;

/**
 * A record as it is kept: a line of JSON with these fields, those that say nothing left out. It holds no secrets.
 *
 * @param seq numbers all records of this server without a gap
 * @param time when the request came, RFC 3339
 * @param stage {@code complete}; of requests that live long {@code started} and, under the same {@code requestId}, {@code ended}
 * @param entrance {@code v3}, {@code v3-public}, {@code plane} (the management plane's own API), {@code cluster} (sent on to a cluster),
 *     {@code agent}, {@code import}, {@code other}; {@code audit} for what the audit says of itself
 * @param user id of the user; empty for nobody
 * @param userName his login name; of a failed sign-in the name that was tried, if there is a user of that name
 * @param token name of the token
 * @param mfa {@code true} if that token was got by signing in with a second factor
 * @param actingAs as whom the request was made, if somebody else
 * @param verb Kubernetes' verbs, an action's name under {@code /v3}, {@code connect} for an exec and the like
 * @param resource lower-case plural, or type under {@code /v3}
 * @param cluster {@code local} for the management plane
 * @param rule the binding and role that allowed it, or what was missing
 * @param code status of the answer; 0 if none went out
 * @param note what else there is to say, such as why a body is not here, or the names of objects where several were changed or deleted
 * @param annotations what admission policies and webhooks wanted noted of the request, by {@code POLICY/KEY} and {@code WEBHOOK/KEY}; under
 *     {@code validation.policy.admission.k8s.io/validation_failure} a list, as JSON, of what violated a policy that is bound to audit
 * @param changes the fields of an object of the management plane in which a write, an action among them, changed it; if it was made or
 *     is gone all of its fields, from level {@code request} on. Of several objects {@code note} has the names. Of calls that were sent on to a
 *     cluster nothing is told here, for only the cluster knows how its objects were: {@code query} and {@code requestBody} tell what was
 *     asked for
 * @param requestBody from level {@code request} on, its secrets taken out
 * @param responseBody from level {@code response} on, its secrets taken out
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@Rest(type = "auditRecord", plural = "auditLogs", collectionMethods = "GET", resourceMethods = "GET")
public record AuditRecord(
        long seq,
        String time,
        String stage,
        String requestId,
        String entrance,
        String user,
        String userName,
        String principal,
        String token,
        Boolean mfa,
        String actingAs,
        String source,
        String userAgent,
        String method,
        String path,
        String query,
        String verb,
        String apiGroup,
        String resource,
        String subresource,
        String resourceName,
        String cluster,
        String namespace,
        String rule,
        int code,
        long durationMicros,
        String note,
        Map<String, String> annotations,
        List<Change> changes,
        Object requestBody,
        Object responseBody) {

    /**
     * A field that was changed.
     *
     * @param path JSON pointer
     * @param before absent if it is new, or if the level says that values are not recorded
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Change(String path, Object before, Object after) {}
}
