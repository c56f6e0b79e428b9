package io.drover.agent.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Proxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;

/** This cluster's API server, as the pod's service account sees it: the few calls the agent makes. */
final class KubernetesApi {

    private static final int LIMIT_MILLIS = 15_000;
    private static final int MAX_ANSWER = 2 * 1024 * 1024;

    record Answer(int status, Object body) {}

    private final String address;
    private final Path serviceAccount;

    KubernetesApi(Settings settings) {
        this.address = settings.apiServer();
        this.serviceAccount = settings.serviceAccount();
    }

    /** The authority of the API server's certificate, as PEM. */
    String authority() throws IOException {
        return mounted("ca.crt");
    }

    String namespace() throws IOException {
        return mounted("namespace").strip();
    }

    /** The name of the pod's service account, out of its own token. */
    String serviceAccountName() throws IOException {
        String[] parts = token().split("\\.");
        if (parts.length == 3) {
            try {
                String claims = new String(Base64.getUrlDecoder().decode(parts[1]), UTF_8);
                Optional<String> subject = Json.string(Json.parse(claims), "sub");
                if (subject.isPresent() && subject.get().startsWith("system:serviceaccount:")) {
                    return subject.get().substring(subject.get().lastIndexOf(':') + 1);
                }
            } catch (IllegalArgumentException e) {
                // said below
            }
        }
        throw new IOException("the pod's token is not one of a service account");
    }

    /** Whole objects. */
    static final String OBJECTS = "application/json";

    /** Names and labels only, however large the objects are. */
    static final String NAMES = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

    /**
     * One request. The token is read anew each time: the kubelet renews it.
     *
     * @throws IOException if there is no answer, or one of 500 and above
     */
    Answer call(String method, String path, String accept, Optional<String> body) throws IOException {
        var connection = (HttpsURLConnection)
                URI.create("https://" + address + path).toURL().openConnection(Proxy.NO_PROXY);
        try {
            connection.setSSLSocketFactory(
                    ServerTrust.trusting(authority(), false).getSocketFactory());
            connection.setRequestMethod(method);
            connection.setConnectTimeout(LIMIT_MILLIS);
            connection.setReadTimeout(LIMIT_MILLIS);
            connection.setRequestProperty("Authorization", "Bearer " + token());
            connection.setRequestProperty("Accept", accept);
            if (body.isPresent()) {
                connection.setDoOutput(true);
                connection.setRequestProperty("Content-Type", "application/json");
                try (OutputStream out = connection.getOutputStream()) {
                    out.write(body.get().getBytes(UTF_8));
                }
            }
            int status = connection.getResponseCode();
            try (InputStream in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
                String text = in == null ? "" : new String(in.readNBytes(MAX_ANSWER), UTF_8);
                if (status >= 500) {
                    throw new IOException("this cluster's API server answers " + status + " to " + method + " " + path);
                }
                return new Answer(status, text.isBlank() ? "" : Json.parse(text));
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException("this cluster's API server is not understood: " + e.getMessage(), e);
        } finally {
            connection.disconnect();
        }
    }

    private String token() throws IOException {
        return mounted("token").strip();
    }

    private String mounted(String name) throws IOException {
        Path file = serviceAccount.resolve(name);
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IOException("the pod's service account cannot be used, because " + file + " cannot be read", e);
        }
    }
}
