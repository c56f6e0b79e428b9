package io.drover.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A self-signed certificate for 127.0.0.1 and localhost, with its key; who trusts it trusts it directly. Both in PEM. */
record Certificate(Path certificate, Path key, Path both) {

    static Certificate in(Path folder) throws IOException, InterruptedException {
        Path certificate = folder.resolve("front.crt");
        Path key = folder.resolve("front.key");
        Processes.output(
                List.of(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:prime256v1",
                        "-nodes",
                        "-days",
                        "2",
                        "-subj",
                        "/CN=127.0.0.1",
                        "-addext",
                        "subjectAltName=IP:127.0.0.1,DNS:localhost",
                        "-keyout",
                        key.toString(),
                        "-out",
                        certificate.toString()),
                Duration.ofSeconds(30));
        Path both = folder.resolve("front.pem");
        Files.writeString(both, Files.readString(certificate) + Files.readString(key));
        return new Certificate(certificate, key, both);
    }
}
