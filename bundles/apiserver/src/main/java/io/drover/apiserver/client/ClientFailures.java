package io.drover.apiserver.client;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.function.Supplier;

/** What the client throws, in Drover's own terms. */
public final class ClientFailures {

    private ClientFailures() {}

    public static <T> T translated(Supplier<T> call) {
        try {
            return call.get();
        } catch (KubernetesClientException e) {
            throw new DroverException(fault(e.getCode()), message(e), e);
        }
    }

    private static Fault fault(int code) {
        return switch (code) {
            case 400, 405, 406, 413, 415, 422 -> Fault.REJECTED;
            case 401 -> Fault.UNAUTHENTICATED;
            case 403 -> Fault.DENIED;
            case 404 -> Fault.NOT_FOUND;
            case 409 -> Fault.CONFLICT;
            case 500 -> Fault.INTERNAL;
            default -> Fault.UNAVAILABLE;
        };
    }

    private static String message(KubernetesClientException e) {
        return e.getStatus() == null || e.getStatus().getMessage() == null
                ? String.valueOf(e.getMessage())
                : e.getStatus().getMessage();
    }
}
