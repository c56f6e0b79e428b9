package io.drover.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * An Active Directory domain, {@code EXAMPLE.ORG}, whose controller is Samba's, at a loopback address of its own and at the usual ports.
 * Debian's packages are installed when they are missing.
 *
 * <p>People: {@code ann}, in devs, which is in staff, which is in everybody; {@code bob}; {@code disabled}; {@code expired}, who must
 * change his password first; {@code locked}, who is so after eight wrong passwords; and {@code service}. The password of each is {@code NAME's Passw0rd}.
 */
public final class SambaDomain implements AutoCloseable {

    public static final String SUFFIX = "DC=example,DC=org";

    private static final int LDAPS = 636;

    /** Debian's own, which alone knows Samba's modules. */
    private static final String PYTHON = "/usr/bin/python3";

    private final Path folder;
    private final Process process;
    private final String authority;
    private final String address;

    private SambaDomain(Path folder, Process process, String authority, String address) {
        this.folder = folder;
        this.process = process;
        this.authority = authority;
        this.address = address;
    }

    public static SambaDomain start() {
        Host.prepare(Need.SAMBA);
        ThreadLocalRandom random = ThreadLocalRandom.current();
        String address = "127." + random.nextInt(1, 255) + "." + random.nextInt(1, 255) + "." + random.nextInt(1, 255);
        try {
            Path folder = Files.createTempDirectory("drover-samba");
            Authority authority = Authority.create("Example domain");
            authority
                    .issue("dc1.example.org", "", Authority.administratorKeys(), List.of(address))
                    .writeTo(folder, "server");
            authority.writeTo(folder, "authority");
            provision(folder, address);
            Process process = new ProcessBuilder(
                            program("samba"),
                            "-i",
                            "-M",
                            "single",
                            "-s",
                            folder.resolve("etc/smb.conf").toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("samba.out").toFile())
                    .start();
            SambaDomain domain = new SambaDomain(folder, process, authority.certificatePem(), address);
            domain.awaitReady();
            return domain;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void provision(Path folder, String address) throws IOException {
        Path script = Files.write(folder.resolve("provision.py"), Resources.read("samba/provision.py"));
        Command.of(
                        PYTHON,
                        script.toString(),
                        folder.toString(),
                        address,
                        "Adm1n-canary-pass",
                        folder.resolve("server.crt").toString(),
                        folder.resolve("server.key").toString(),
                        folder.resolve("authority.crt").toString())
                .within(Duration.ofMinutes(5))
                .run();
    }

    private static String program(String name) {
        Optional<Path> found = Command.find(name);
        return found.orElseThrow(() -> new TestbedException("The program " + name + " is missing"))
                .toString();
    }

    private void awaitReady() {
        try {
            Wait.until(Duration.ofSeconds(60), "Samba answers", () -> {
                if (!process.isAlive()) {
                    throw new TestbedException("Samba ended" + Command.ending(folder.resolve("samba.out")));
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
            socket.connect(new InetSocketAddress(address, LDAPS), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Where the controller listens: 389 for StartTLS, 636 for TLS; it takes no password without. */
    public String address() {
        return address;
    }

    /** PEM of whoever issued its certificate. */
    public String authority() {
        return authority;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
            Cache.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
