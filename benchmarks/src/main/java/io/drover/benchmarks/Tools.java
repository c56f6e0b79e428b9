package io.drover.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The programs that the suites run besides our own, and the Debian packages that have them. */
final class Tools {

    static final Path STREAM_MODULE = Path.of("/usr/lib/nginx/modules/ngx_stream_module.so");

    private static final Map<String, String> PACKAGES = new LinkedHashMap<>();

    static {
        PACKAGES.put("wrk", "wrk");
        PACKAGES.put("haproxy", "haproxy");
        PACKAGES.put("nginx", "nginx-light");
        PACKAGES.put(STREAM_MODULE.toString(), "libnginx-mod-stream");
        PACKAGES.put("sshd", "openssh-server");
        PACKAGES.put("ssh", "openssh-client");
        PACKAGES.put("openssl", "openssl");
        PACKAGES.put("curl", "curl");
    }

    private Tools() {}

    /** Installs what is missing where root may, or says what is missing and how to get it. */
    static void prepare() throws IOException, InterruptedException {
        if (!missing().isEmpty() && "root".equals(System.getProperty("user.name")) && isThere("apt-get")) {
            List<String> install = new ArrayList<>(List.of(
                    "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-qq", "--no-install-recommends"));
            install.addAll(missing());
            System.out.println("Installing " + String.join(" ", missing()));
            Processes.output(List.of("apt-get", "update", "-qq"), Duration.ofMinutes(5));
            Processes.output(install, Duration.ofMinutes(5));
        }
        if (!missing().isEmpty()) {
            throw new IllegalStateException(
                    "Programs are missing. Get them: apt-get install " + String.join(" ", missing()));
        }
    }

    /** What the peers are, each in a few words. */
    static List<String> versions(Path root) throws IOException, InterruptedException {
        Duration limit = Duration.ofSeconds(10);
        return List.of(
                "remotedialer "
                        + required(root.resolve("itests/go/remotedialer/go.mod"), "github.com/rancher/remotedialer"),
                "konnectivity "
                        + required(
                                root.resolve("testbed/go/konnectivity/go.mod"), "sigs.k8s.io/apiserver-network-proxy"),
                "Kubernetes " + required(root.resolve("testbed/go/kubernetes/go.mod"), "k8s.io/kubernetes"),
                first(Processes.output(List.of("go", "version"), limit)),
                first(Processes.output(List.of("ssh", "-V"), limit)),
                first(Processes.output(List.of("haproxy", "-v"), limit)),
                first(Processes.output(List.of("nginx", "-v"), limit)));
    }

    private static String required(Path goMod, String module) throws IOException {
        return Files.readAllLines(goMod).stream()
                .map(line -> line.strip().replaceFirst("^require ", ""))
                .filter(line -> line.startsWith(module + " "))
                .map(line -> line.split(" ")[1])
                .findFirst()
                .orElse("");
    }

    private static String first(String output) {
        return output.lines().findFirst().orElse("");
    }

    private static List<String> missing() {
        return PACKAGES.entrySet().stream()
                .filter(entry -> !isThere(entry.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }

    private static boolean isThere(String program) {
        return Stream.of((System.getenv("PATH") + ":/usr/sbin:/sbin").split(":"))
                .anyMatch(folder -> Files.exists(Path.of(folder).resolve(program)));
    }
}
