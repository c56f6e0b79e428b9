package io.drover.benchmarks;

import io.drover.benchmarks.Processes.Running;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** nginx on the loopback, with a file of 1 KB and one of 1 GiB. */
final class Backend {

    static final String SMALL = "/small";
    static final String BULK = "/bulk";
    static final long BULK_BYTES = 1L << 30;

    private Backend() {}

    static Contender start(Path folder) throws IOException, InterruptedException {
        Path files = Files.createDirectories(folder.resolve("files"));
        Files.writeString(files.resolve("small"), "x".repeat(1024));
        try (var bulk = new RandomAccessFile(files.resolve("bulk").toFile(), "rw")) {
            bulk.setLength(BULK_BYTES);
        }
        int port = Processes.freePort();
        Path configuration = folder.resolve("nginx.conf");
        Files.writeString(
                configuration,
                """
                daemon off;
                user root;
                worker_processes 1;
                pid %1$s/nginx.pid;
                error_log %1$s/nginx-error.log;
                events { worker_connections 4096; }
                http {
                  access_log off;
                  sendfile on;
                  client_body_temp_path %1$s; proxy_temp_path %1$s; fastcgi_temp_path %1$s; uwsgi_temp_path %1$s; scgi_temp_path %1$s;
                  server {
                    listen 127.0.0.1:%2$d backlog=4096;
                    root %1$s/files;
                    keepalive_requests 100000000;
                    send_timeout 1h;
                  }
                }
                """
                        .formatted(folder, port));
        Running nginx = Processes.start(
                        List.of("nginx", "-c", configuration.toString(), "-p", folder.toString()),
                        folder.resolve("nginx.log"))
                .awaitPort(port);
        return new Contender("direct", port, List.of(nginx));
    }
}
