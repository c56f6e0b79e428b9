package io.drover.benchmarks;

import io.drover.benchmarks.Processes.Running;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * HAProxy and nginx: before an HTTPS back end, with TLS in, TLS out, certificates verified and connections kept; and two of them as the
 * ends of a tunnel, TLS between them, a TLS connection for each connection.
 */
final class Proxies {

    private Proxies() {}

    static Running haproxy(Path folder, int port, URI backend, Path authority)
            throws IOException, InterruptedException {
        Certificate front = Certificate.in(folder);
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
                        .formatted(port, front.both(), backend.getAuthority(), authority));
        return Processes.start(List.of("haproxy", "-db", "-f", configuration.toString()), folder.resolve("haproxy.log"))
                .awaitPort(port);
    }

    static Running nginx(Path folder, int port, URI backend, Path authority) throws IOException, InterruptedException {
        Certificate.in(folder);
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
                      proxy_ssl_name kubernetes.default.svc;
                    }
                  }
                }
                """
                        .formatted(folder, backend.getAuthority(), port, authority));
        return Processes.start(
                        List.of("nginx", "-c", configuration.toString(), "-p", folder.toString()),
                        folder.resolve("nginx.log"))
                .awaitPort(port);
    }

    static Contender haproxyTunnel(Path folder, int backend) throws IOException, InterruptedException {
        Certificate tls = Certificate.in(folder);
        int middle = Processes.freePort();
        int port = Processes.freePort();
        Running far = haproxyTcp(folder.resolve("far"), middle, "ssl crt " + tls.both(), "127.0.0.1:" + backend);
        Running near = haproxyTcp(
                folder.resolve("near"),
                port,
                "",
                "127.0.0.1:" + middle + " ssl verify required ca-file " + tls.certificate());
        return new Contender("HAProxy", port, List.of(far, near));
    }

    private static Running haproxyTcp(Path folder, int port, String in, String out)
            throws IOException, InterruptedException {
        Path configuration = Files.createDirectories(folder).resolve("haproxy.cfg");
        Files.writeString(
                configuration,
                """
                defaults
                  mode tcp
                  maxconn 4096
                  timeout connect 5s
                  timeout client 1h
                  timeout server 1h
                listen forward
                  bind 127.0.0.1:%d %s
                  server out %s
                """
                        .formatted(port, in, out));
        return Processes.start(List.of("haproxy", "-db", "-f", configuration.toString()), folder.resolve("haproxy.log"))
                .awaitPort(port);
    }

    static Contender nginxTunnel(Path folder, int backend) throws IOException, InterruptedException {
        Certificate tls = Certificate.in(folder);
        int middle = Processes.freePort();
        int port = Processes.freePort();
        Running far = nginxStream(
                folder.resolve("far"),
                middle,
                " ssl; ssl_certificate " + tls.certificate() + "; ssl_certificate_key " + tls.key(),
                "127.0.0.1:" + backend);
        Running near = nginxStream(
                folder.resolve("near"),
                port,
                "",
                "127.0.0.1:" + middle + "; proxy_ssl on; proxy_ssl_verify on; proxy_ssl_name localhost;"
                        + " proxy_ssl_trusted_certificate " + tls.certificate());
        return new Contender("nginx", port, List.of(far, near));
    }

    private static Running nginxStream(Path folder, int port, String in, String out)
            throws IOException, InterruptedException {
        Path configuration = Files.createDirectories(folder).resolve("nginx.conf");
        Files.writeString(
                configuration,
                """
                load_module %1$s;
                daemon off;
                worker_processes 2;
                pid %2$s/nginx.pid;
                error_log %2$s/nginx-error.log;
                events { worker_connections 4096; }
                stream {
                  server {
                    listen 127.0.0.1:%3$d%4$s;
                    proxy_timeout 1h;
                    proxy_pass %5$s;
                  }
                }
                """
                        .formatted(Tools.STREAM_MODULE, folder, port, in, out));
        return Processes.start(
                        List.of("nginx", "-c", configuration.toString(), "-p", folder.toString()),
                        folder.resolve("nginx.log"))
                .awaitPort(port);
    }
}
