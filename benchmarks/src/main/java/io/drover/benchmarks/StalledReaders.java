package io.drover.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Connections that asked for the large file and read nothing of it. */
final class StalledReaders implements AutoCloseable {

    static final int COUNT = 64;

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final double STEADY_MIB = 0.5;

    private final List<Socket> sockets = new ArrayList<>();

    private StalledReaders() {}

    /** Returns once the contender holds no more than a moment before: everything that it takes, it has taken. */
    static StalledReaders of(Contender contender) throws IOException, InterruptedException {
        var readers = new StalledReaders();
        try {
            for (int i = 0; i < COUNT; i++) {
                var socket = new Socket(InetAddress.getLoopbackAddress(), contender.port());
                readers.sockets.add(socket);
                String request = "GET " + Backend.BULK + " HTTP/1.1\r\nHost: backend\r\n\r\n";
                socket.getOutputStream().write(request.getBytes(US_ASCII));
            }
            readers.awaitSteady(contender);
            return readers;
        } catch (IOException | InterruptedException | RuntimeException e) {
            readers.close();
            throw e;
        }
    }

    private void awaitSteady(Contender contender) throws IOException, InterruptedException {
        double before = -1;
        double now = contender.residentMiB();
        long end = System.nanoTime() + LIMIT.toNanos();
        while (Math.abs(now - before) > STEADY_MIB && System.nanoTime() < end) {
            TimeUnit.SECONDS.sleep(1);
            before = now;
            now = contender.residentMiB();
        }
    }

    @Override
    public void close() {
        for (Socket socket : sockets) {
            try {
                socket.close();
            } catch (IOException e) {
                // it is of no more use anyway
            }
        }
    }
}
