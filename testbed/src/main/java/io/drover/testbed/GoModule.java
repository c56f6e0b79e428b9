package io.drover.testbed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The sources of a Go module with its {@code go.sum}, and the static programs that are built from it. */
final class GoModule {

    private static final Duration LIMIT = Duration.ofMinutes(60);

    private final String name;
    private final SortedMap<String, byte[]> files;

    private GoModule(String name, SortedMap<String, byte[]> files) {
        this.name = name;
        this.files = files;
    }

    /** A module that this program carries. */
    static GoModule carried(String name, String... files) {
        SortedMap<String, byte[]> contents = new TreeMap<>();
        for (String file : files) {
            contents.put(file, Resources.read("go/" + name + "/" + file));
        }
        return new GoModule(name, contents);
    }

    /** A module in a folder, which is only read. */
    static GoModule in(Path folder) {
        SortedMap<String, byte[]> contents = new TreeMap<>();
        try (Stream<Path> found = Files.walk(folder)) {
            for (Path file : found.filter(Files::isRegularFile).toList()) {
                contents.put(folder.relativize(file).toString(), Files.readAllBytes(file));
            }
        } catch (IOException e) {
            throw new TestbedException("Cannot read the Go module in " + folder, e);
        }
        return new GoModule(folder.getFileName().toString(), contents);
    }

    /** The version at which {@code go.mod} requires a module, such as {@code v1.34.2}. */
    String requires(String module) {
        return new String(files.get("go.mod"), StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.strip().replaceFirst("^require ", ""))
                .filter(line -> line.startsWith(module + " "))
                .map(line -> line.split(" ")[1])
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(name + " does not require " + module));
    }

    /**
     * The folder in the cache with the programs, built now if these sources never were.
     *
     * @param packages the programs' import paths, or {@code .} for the module's own folder; a program is called like the
     *     last element of its path, and {@code .} like the module's folder
     * @param linkerFlags added to those that leave out debugging tables
     */
    Path build(List<String> packages, String linkerFlags) {
        String key = fingerprint(String.join(" ", packages) + " " + linkerFlags);
        return Cache.folder("go/" + name + "-" + key, folder -> {
            Path sources = folder.resolve("src");
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                Path target = sources.resolve(file.getKey());
                Files.createDirectories(target.getParent());
                Files.write(target, file.getValue());
            }
            for (int i = 0; i < packages.size(); i++) {
                String which = packages.size() == 1 ? "" : " (" + (i + 1) + " of " + packages.size() + ")";
                build(packages.get(i), linkerFlags, sources, folder, which);
            }
        });
    }

    private void build(String path, String linkerFlags, Path sources, Path folder, String which) {
        String program = path.equals(".") ? name : path.substring(path.lastIndexOf('/') + 1);
        String go = Command.find("go")
                .orElseThrow(() -> new TestbedException("Go is missing, and " + program + " is built with it. "
                        + "Get it: apt-get install golang-go, if that is 1.24 or newer, else https://go.dev/dl"))
                .toString();
        Progress.say("building " + program + which);
        long start = System.nanoTime();
        Command.of(
                        go,
                        "build",
                        "-trimpath",
                        "-buildvcs=false",
                        "-ldflags",
                        ("-s -w " + linkerFlags).strip(),
                        "-o",
                        folder.resolve(program).toString(),
                        path)
                .in(sources)
                .with(Map.of("CGO_ENABLED", "0", "GOWORK", "off"))
                .within(LIMIT)
                .run();
        Progress.say("built " + program + " in "
                + Duration.ofNanos(System.nanoTime() - start).toSeconds() + " s");
    }

    private String fingerprint(String settings) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(settings.getBytes(StandardCharsets.UTF_8));
            files.forEach((file, content) -> {
                digest.update(file.getBytes(StandardCharsets.UTF_8));
                digest.update(content);
            });
            return HexFormat.of().formatHex(digest.digest(), 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
