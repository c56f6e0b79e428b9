package io.drover.gateway.listener;

import io.drover.api.audit.AuditTrail;
import io.drover.api.audit.AuditedCall;
import io.drover.api.auth.Callers.RequestHead;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * The audit's record of a request, begun here and completed when the request is over, however it ends.
 *
 * @param request to go on with, as is {@code response}: bodies are noted as they pass, if they are wanted
 */
record Recording(AuditedCall call, Request request, Response response) {

    /** @throws io.drover.api.DroverException if there is no room for a record */
    static Recording begin(AuditTrail audit, RequestHead head, Request request, Response response) {
        AuditedCall call = audit.begin(head);
        response.getHeaders().put(AuditedCall.HEADER, call.id());
        request.setAttribute(AuditedCall.ATTRIBUTE, call);
        request.addHttpStreamWrapper(stream -> new Completion(stream, response, call));
        if (request.getHeaders().contains(HttpHeader.UPGRADE)) {
            return new Recording(call, request, response);
        }
        boolean lasts = head.query().contains("watch=") || head.query().contains("follow=");
        boolean copies = call.wantsResponseBody() && !lasts;
        Request noted = call.wantsRequestBody() ? new NotedRequest(request, call) : request;
        return new Recording(
                call, noted, lasts || copies ? new NotedResponse(noted, response, call, copies) : response);
    }

    /** Notes the end of a request; an upgraded one goes on, and whoever has its connection then notes that. */
    private static final class Completion extends HttpStream.Wrapper {

        private final Response response;
        private final AuditedCall call;

        Completion(HttpStream stream, Response response, AuditedCall call) {
            super(stream);
            this.response = response;
            this.call = call;
        }

        @Override
        public void succeeded() {
            if (response.getStatus() == HttpStatus.SWITCHING_PROTOCOLS_101) {
                call.started(response.getStatus());
            } else {
                call.ended(response.getStatus());
            }
            super.succeeded();
        }

        @Override
        public void failed(Throwable cause) {
            call.ended(response.getStatus());
            super.failed(cause);
        }
    }

    private static final class NotedRequest extends Request.Wrapper {

        private final AuditedCall call;
        private final Copy copy = new Copy();

        NotedRequest(Request request, AuditedCall call) {
            super(request);
            this.call = call;
        }

        @Override
        public Content.Chunk read() {
            Content.Chunk chunk = super.read();
            if (chunk != null && !Content.Chunk.isFailure(chunk)) {
                copy.add(chunk.getByteBuffer());
                if (chunk.isLast()) {
                    call.requestBody(copy.body(getHeaders()));
                }
            }
            return chunk;
        }
    }

    private static final class NotedResponse extends Response.Wrapper {

        private final AuditedCall call;
        private final Copy copy;
        private boolean begun;

        NotedResponse(Request request, Response response, AuditedCall call, boolean copies) {
            super(request, response);
            this.call = call;
            this.copy = copies ? new Copy() : null;
        }

        @Override
        public void write(boolean last, ByteBuffer content, Callback callback) {
            if (copy == null && !begun && !last) {
                begun = true;
                call.started(getStatus());
            }
            if (copy != null) {
                if (content != null) {
                    copy.add(content);
                }
                if (last) {
                    call.responseBody(copy.body(getHeaders()));
                }
            }
            super.write(last, content, callback);
        }
    }

    /** What has passed, unless it is too much. */
    private static final class Copy {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private long length;

        void add(ByteBuffer part) {
            length += part.remaining();
            if (length <= AuditedCall.MAX_BODY_BYTES) {
                byte[] copied = new byte[part.remaining()];
                part.duplicate().get(copied);
                bytes.writeBytes(copied);
            } else {
                bytes.reset();
            }
        }

        AuditedCall.Body body(HttpFields headers) {
            return new AuditedCall.Body(
                    text(headers, HttpHeader.CONTENT_TYPE),
                    text(headers, HttpHeader.CONTENT_ENCODING),
                    bytes.toByteArray(),
                    length);
        }

        private static String text(HttpFields headers, HttpHeader name) {
            String value = headers.get(name);
            return value == null ? "" : value;
        }
    }
}
