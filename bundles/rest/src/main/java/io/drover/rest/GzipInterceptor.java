package io.drover.rest;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.WriterInterceptor;
import jakarta.ws.rs.ext.WriterInterceptorContext;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;

/** Packs answers for callers who can unpack them: lists of schemas are long and alike. */
final class GzipInterceptor implements WriterInterceptor {

    @Context
    private HttpServletRequest request;

    @Override
    public void aroundWriteTo(WriterInterceptorContext context) throws IOException {
        String accepted = request.getHeader("Accept-Encoding");
        if (accepted == null || !accepted.contains("gzip") || !(context.getEntity() instanceof JsonNode)) {
            context.proceed();
            return;
        }
        context.getHeaders().putSingle("Content-Encoding", "gzip");
        context.getHeaders().putSingle("Vary", "Accept-Encoding");
        context.getHeaders().remove("Content-Length");
        OutputStream plain = context.getOutputStream();
        GZIPOutputStream packed = new GZIPOutputStream(plain);
        context.setOutputStream(packed);
        context.proceed();
        packed.finish();
        context.setOutputStream(plain);
    }
}
