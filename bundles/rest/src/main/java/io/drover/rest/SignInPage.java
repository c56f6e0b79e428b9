package io.drover.rest;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/** The page on which people sign in when a program sends them to their browser, and the helper of kubectl that does. */
@Path("/v3-public/{name: sign-in|device|sign-in\\.js|sign-in\\.css|drover-token}")
public final class SignInPage {

    static final String NAME = "sign-in";

    static final String PATH = "/v3-public/" + NAME;

    /** The same page, for whoever was shown a code by a machine without a browser; short, for it is typed. */
    static final String DEVICE_PATH = "/v3-public/device";

    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
                    + "frame-ancestors 'none'";
    private static final Map<String, File> FILES = Map.of(
            NAME,
            new File("/sign-in/sign-in.html", "text/html"),
            "device",
            new File("/sign-in/sign-in.html", "text/html"),
            "sign-in.js",
            new File("/sign-in/sign-in.js", "text/javascript"),
            "sign-in.css",
            new File("/sign-in/sign-in.css", "text/css"),
            "drover-token",
            new File("/drover-token", "text/plain"));

    private record File(String resource, String type) {}

    @GET
    public Response file(@PathParam("name") String name) {
        File file = FILES.get(name);
        try (InputStream content = SignInPage.class.getResourceAsStream(file.resource())) {
            return Response.ok(content.readAllBytes(), file.type() + ";charset=utf-8")
                    .header("Content-Security-Policy", POLICY)
                    .header("Cache-Control", "no-store")
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
