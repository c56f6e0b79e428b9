package io.drover.apiserver.crash;

import io.drover.api.auth.Caller;
import io.drover.apiserver.HttpAdapter;
import io.drover.apiserver.serve.ApiServer;
import io.drover.apiserver.store.Store;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The API server in a process of its own, to be killed. */
final class Victim implements AutoCloseable {

    private final Process process;
    private final String url;

    private Victim(Process process, String url) {
        this.process = process;
        this.url = url;
    }

    /** Returns once it answers. */
    static Victim start(Path data) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName(),
                        data.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader said =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String url = said.readLine();
        if (url == null) {
            throw new IOException("The server did not start");
        }
        return new Victim(process, url);
    }

    String url() {
        return url;
    }

    /** As {@code kill -9} does. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("It outlived its killing");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Says its address and serves for ever. */
    static final class Program {
        private Program() {}

        public static void main(String[] args) throws IOException {
            Store store = Store.open(Path.of(args[0]), Duration.ofHours(1), Clock.systemUTC());
            System.out.println(new HttpAdapter(new ApiServer(store, () -> null), Caller.SYSTEM).url());
        }
    }
}
