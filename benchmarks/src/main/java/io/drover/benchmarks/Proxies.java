package io.drover.benchmarks;

import io.drover.benchmarks.Processes.Running;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** HAProxy and nginx before the same HTTPS back end: TLS in, TLS out, certificates verified, connections kept. */
final class Proxies {

    private Proxies() {}

    /** A certificate and key in one PEM file, for the proxies' own face. */
    static Path selfSigned(Path folder) throws IOException, InterruptedException {
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
                        "-keyout",
                        key.toString(),
                        "-out",
                        certificate.toString()),
                Duration.ofSeconds(30));
        Path both = folder.resolve("front.pem");
        Files.writeString(both, Files.readString(certificate) + Files.readString(key));
        return both;
    }

    static Running haproxy(Path folder, int port, URI backend, Path authority)
            throws IOException, InterruptedException {
        Path front = selfSigned(folder);
        Path configuration = folder.resolve("haproxy.cfg");
        Files.writeString(
                configuration,
                """
                global
                  nbthread 2
                defaults
                  mode http
                  timeout connect 5s
                  timeout client 60s
                  timeout server 60s
                frontend in
                  bind 127.0.0.1:%d ssl crt %s alpn h2,http/1.1
                  default_backend out
                backend out
                  http-reuse always
                  server api %s ssl verify required ca-file %s
                """
                        .formatted(port, front, backend.getAuthority(), authority));
        return Processes.start(List.of("haproxy", "-db", "-f", configuration.toString()), folder.resolve("haproxy.log"))
                .awaitPort(port);
    }

    static Running nginx(Path folder, int port, URI backend, Path authority) throws IOException, InterruptedException {
        selfSigned(folder);
        Path configuration = folder.resolve("nginx.conf");
        Files.writeString(
                configuration,
                """
                daemon off;
                worker_processes 2;
                pid %1$s/nginx.pid;
                error_log %1$s/nginx-error.log;
                events { worker_connections 4096; }
                http {
                  access_log off;
                  client_body_temp_path %1$s; proxy_temp_path %1$s; fastcgi_temp_path %1$s; uwsgi_temp_path %1$s; scgi_temp_path %1$s;
                  upstream api { server %2$s; keepalive 256; }
                  server {
                    listen 127.0.0.1:%3$d ssl;
                    ssl_certificate %1$s/front.crt;
                    ssl_certificate_key %1$s/front.key;
                    keepalive_requests 1000000;
                    location / {
                      proxy_pass https://api;
                      proxy_http_version 1.1;
                      proxy_set_header Connection "";
                      proxy_set_header Host %2$s;
                      proxy_ssl_verify on;
                      proxy_ssl_trusted_certificate %4$s;
                      proxy_ssl_name %5$s;
                    }
                  }
                }
                """
                        .formatted(folder, backend.getAuthority(), port, authority, backend.getHost()));
        return Processes.start(
                        List.of("nginx", "-c", configuration.toString(), "-p", folder.toString()),
                        folder.resolve("nginx.log"))
                .awaitPort(port);
    }
}
