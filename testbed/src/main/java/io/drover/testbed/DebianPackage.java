package io.drover.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Files from Debian's packages, unpacked into the cache; nothing is installed. */
final class DebianPackage {

    private static final Duration LIMIT = Duration.ofMinutes(5);

    private DebianPackage() {}

    /** The folder into which the package was unpacked, as the package sources of this machine offer it. */
    static Path unpacked(String name) {
        return Cache.folder("debian/" + name, folder -> {
            if (Command.find("apt-get").isEmpty() || Command.find("dpkg").isEmpty()) {
                throw new TestbedException("The Debian package " + name
                        + " is needed, and this machine has no apt-get and dpkg to fetch it");
            }
            Progress.say("fetching the Debian package " + name);
            try {
                download(name, folder);
            } catch (TestbedException e) {
                if (!Host.isRoot()) {
                    throw e;
                }
                Command.of("apt-get", "update", "-qq").within(LIMIT).run();
                download(name, folder);
            }
            Path archive = onlyFile(folder);
            Command.of("dpkg", "-x", archive.toString(), folder.toString()).run();
            Files.delete(archive);
        });
    }

    /** Installs packages on this machine, as root. */
    static void install(List<String> names) {
        Progress.say("installing " + String.join(" ", names) + " with apt-get");
        Command.of("apt-get", "update", "-qq").within(LIMIT).run();
        List<String> words = new ArrayList<>(List.of(
                "env",
                "DEBIAN_FRONTEND=noninteractive",
                "apt-get",
                "install",
                "-qq",
                "-o",
                "DPkg::Lock::Timeout=120",
                "--no-install-recommends"));
        words.addAll(names);
        Command.of(words).within(LIMIT).run();
    }

    private static void download(String name, Path folder) {
        Command.of("apt-get", "download", "-qq", name).in(folder).within(LIMIT).run();
    }

    private static Path onlyFile(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".deb"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
