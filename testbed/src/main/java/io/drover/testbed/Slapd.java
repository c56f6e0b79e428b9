package io.drover.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * An OpenLDAP server on this machine, in a folder of its own, with its own certificate. Debian's package is installed when it is missing.
 */
public final class Slapd implements AutoCloseable {

    public static final String SUFFIX = "dc=example,dc=org";
    public static final String ADMIN = "cn=admin," + SUFFIX;
    public static final String ADMIN_PASSWORD = "directory-canary";

    private static final Path SCHEMAS = Path.of("/etc/ldap/schema");

    private final Path folder;
    private final Process process;
    private final String authority;
    private final int port;
    private final int tlsPort;

    private Slapd(Path folder, Process process, String authority, int port, int tlsPort) {
        this.folder = folder;
        this.process = process;
        this.authority = authority;
        this.port = port;
        this.tlsPort = tlsPort;
    }

    /** @param ldif the entries that it begins with, the suffix among them */
    public static Slapd start(String ldif) {
        Host.prepare(Need.SLAPD);
        try {
            Path folder = Files.createTempDirectory("drover-slapd");
            Files.createDirectory(folder.resolve("data"));
            Authority authority = Authority.create("Example directory");
            // Its TLS library reads no elliptic key as Java writes them.
            authority
                    .issue("directory", "", Authority.administratorKeys(), List.of("localhost"))
                    .writeTo(folder, "server");
            Path configuration = Files.writeString(folder.resolve("slapd.conf"), configuration(folder));
            Path entries = Files.writeString(folder.resolve("entries.ldif"), ldif);
            Command.of(program("slapadd"), "-q", "-f", configuration.toString(), "-l", entries.toString())
                    .run();
            int port = freePort();
            int tlsPort = freePort();
            Process process = new ProcessBuilder(
                            program("slapd"),
                            "-d",
                            "none",
                            "-f",
                            configuration.toString(),
                            "-h",
                            "ldap://127.0.0.1:" + port + " ldaps://127.0.0.1:" + tlsPort)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("slapd.log").toFile())
                    .start();
            Slapd slapd = new Slapd(folder, process, authority.certificatePem(), port, tlsPort);
            slapd.awaitReady();
            return slapd;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String program(String name) {
        return Command.find(name)
                .orElseThrow(() -> new TestbedException("The program " + name + " is missing"))
                .toString();
    }

    private static String configuration(Path folder) {
        return String.join(
                "\n",
                "include " + SCHEMAS.resolve("core.schema"),
                "include " + SCHEMAS.resolve("cosine.schema"),
                "include " + SCHEMAS.resolve("inetorgperson.schema"),
                "modulepath /usr/lib/ldap",
                "moduleload back_mdb",
                "pidfile " + folder.resolve("slapd.pid"),
                "TLSCertificateFile " + folder.resolve("server.crt"),
                "TLSCertificateKeyFile " + folder.resolve("server.key"),
                "sizelimit size.soft=500 size.hard=500 size.pr=500 size.prtotal=unlimited",
                "database mdb",
                "maxsize 1073741824",
                "suffix \"" + SUFFIX + "\"",
                "rootdn \"cn=root," + SUFFIX + "\"",
                "rootpw root",
                "directory " + folder.resolve("data"),
                "index objectClass eq",
                "index uid,cn,sn,givenName eq,sub",
                "index member eq",
                "access to attrs=userPassword by anonymous auth by * none",
                "access to * by users read",
                "");
    }

    private void awaitReady() {
        try {
            Wait.until(Duration.ofSeconds(30), "slapd answers", () -> {
                if (!process.isAlive()) {
                    throw new TestbedException("slapd ended" + Command.ending(folder.resolve("slapd.log")));
                }
                return answers(port) && answers(tlsPort);
            });
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** For connections without TLS, and for StartTLS. */
    public int port() {
        return port;
    }

    public int tlsPort() {
        return tlsPort;
    }

    /** PEM of whoever issued its certificate, which names it {@code localhost}. */
    public String authority() {
        return authority;
    }

    /** Changes entries as {@code ldapmodify} reads them from LDIF. */
    public void modify(String ldif) {
        Command.of(
                        program("ldapmodify"),
                        "-x",
                        "-H",
                        "ldap://127.0.0.1:" + port,
                        "-D",
                        "cn=root," + SUFFIX,
                        "-w",
                        "root")
                .reading(ldif.getBytes(StandardCharsets.UTF_8))
                .run();
    }

    /** Stops answering without closing connections, as a machine does that hangs; until {@link #resume}. */
    public void suspend() {
        Command.of("kill", "-STOP", Long.toString(process.pid())).run();
    }

    public void resume() {
        Command.of("kill", "-CONT", Long.toString(process.pid())).run();
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
