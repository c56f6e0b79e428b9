package io.drover.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Answers of our own: failures in the format of the API that was called, and short texts. */
public final class Replies {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String RETRY_AFTER_SECONDS = "1";

    private Replies() {}

    /** A failure, as a Kubernetes {@code Status} beneath {@code /k8s} and as {@code /v3}'s error elsewhere. */
    public static void failure(Request request, Response response, Callback callback, int status, String message) {
        if (inKubernetes(request.getHttpURI().getPath())) {
            status(response, callback, status, message);
        } else {
            error(response, callback, status, message);
        }
    }

    /** A failure as Kubernetes' clients understand it; 429 and 503 tell them to try again soon. */
    public static void status(Response response, Callback callback, int status, String message) {
        if (status == 503 || status == 429) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        finalStatus(response, callback, status, message);
    }

    /** As {@link #status}, for what is not likely to be better soon: clients tell their user at once instead of trying ten times. */
    public static void finalStatus(Response response, Callback callback, int status, String message) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("kind", "Status");
        body.put("apiVersion", "v1");
        body.put("metadata", Map.of());
        body.put("status", "Failure");
        body.put("message", message);
        body.put("reason", reason(status));
        body.put("code", status);
        json(response, callback, status, body);
    }

    /** A failure as the clients of {@code /v3} understand it. */
    public static void error(Response response, Callback callback, int status, String message) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", "error");
        body.put("status", String.valueOf(status));
        body.put("message", message);
        json(response, callback, status, body);
    }

    public static void text(Response response, Callback callback, int status, String text) {
        if (status == 503) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        bytes(response, callback, status, "text/plain; charset=utf-8", text.getBytes(UTF_8));
    }

    static boolean inKubernetes(String path) {
        return path != null && (path.equals("/k8s") || path.startsWith("/k8s/"));
    }

    private static void json(Response response, Callback callback, int status, Map<String, Object> body) {
        try {
            bytes(response, callback, status, "application/json", JSON.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void bytes(Response response, Callback callback, int status, String contentType, byte[] body) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        if (status == 401) {
            response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer");
        }
        response.write(true, ByteBuffer.wrap(body), callback);
    }

    private static String reason(int status) {
        return switch (status) {
            case 400 -> "BadRequest";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "NotFound";
            case 405 -> "MethodNotAllowed";
            case 409 -> "Conflict";
            case 413 -> "RequestEntityTooLarge";
            case 422 -> "Invalid";
            case 429 -> "TooManyRequests";
            case 502, 503 -> "ServiceUnavailable";
            case 504 -> "Timeout";
            default -> "InternalError";
        };
    }
}
