package io.drover.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Chromium without a screen, remotely controlled as W3C's WebDriver has it. Debian's packages are installed when they are missing. Whoever
 * opens a session at {@link #driver} has a browser without memory of any other, with {@link #ARGUMENTS}.
 */
public final class Chromium implements AutoCloseable {

    /** What the browser needs on machines like this; it may be root, and talks to nobody but those it is sent to. */
    public static final List<String> ARGUMENTS = List.of(
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
            "--no-first-run");

    private final Path folder;
    private final Process process;
    private final URI driver;

    private Chromium(Path folder, Process process, URI driver) {
        this.folder = folder;
        this.process = process;
        this.driver = driver;
    }

    public static Chromium start() {
        Host.prepare(Need.CHROMIUM);
        try {
            Path folder = Files.createTempDirectory("drover-chromium");
            int port = freePort();
            ProcessBuilder builder = new ProcessBuilder(program("chromedriver"), "--port=" + port)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("driver.log").toFile());
            builder.environment().put("HOME", folder.toString());
            builder.environment().put("TMPDIR", folder.toString());
            Chromium chromium = new Chromium(folder, builder.start(), URI.create("http://127.0.0.1:" + port));
            chromium.awaitReady();
            return chromium;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where sessions are opened. */
    public URI driver() {
        return driver;
    }

    /** The browser itself, for the capabilities of a session. */
    public static String binary() {
        return program("chromium");
    }

    private static String program(String name) {
        return Command.find(name)
                .orElseThrow(() -> new TestbedException("The program " + name + " is missing"))
                .toString();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private void awaitReady() {
        try {
            Wait.until(Duration.ofSeconds(60), "chromedriver answers", () -> {
                if (!process.isAlive()) {
                    throw new TestbedException("chromedriver ended" + Command.ending(folder.resolve("driver.log")));
                }
                return answers();
            });
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(driver.getHost(), driver.getPort()), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        List<ProcessHandle> browsers = process.descendants().toList();
        process.destroyForcibly();
        browsers.forEach(ProcessHandle::destroyForcibly);
        try {
            process.waitFor();
            browsers.forEach(browser -> browser.onExit().join());
            Cache.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
