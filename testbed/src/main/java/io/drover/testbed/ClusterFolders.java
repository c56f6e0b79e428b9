package io.drover.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The folders of the clusters that run, and of those that ended without being cleaned up. */
final class ClusterFolders {

    /** So many clusters that are gone have their logs kept. */
    private static final int LOGS_KEPT = 20;

    private ClusterFolders() {}

    static Path of(String name) {
        return root().resolve(name);
    }

    static List<Path> all() {
        if (!Files.isDirectory(root())) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(root())) {
            return folders.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes the folder of a new cluster, after removing what a former one of the name left. */
    static Settings reserve(String name, boolean node, boolean fsync) {
        return Cache.locked("clusters", () -> {
            Path folder = of(name);
            if (isInUse(folder)) {
                throw new TestbedException("Cluster " + name + " runs already; stop it with: down " + name);
            }
            Sandbox.remove(folder);
            Cache.delete(folder);
            forgetOldLogs();
            Set<Integer> taken = new HashSet<>();
            for (Path other : all()) {
                settings(other).ifPresent(settings -> taken.add(settings.number()));
            }
            Settings settings = new Settings(
                    name,
                    Settings.freeNumber(taken),
                    node,
                    fsync,
                    Cache.root().resolve("logs").resolve(name),
                    ProcessIdentity.current());
            Files.createDirectories(folder.resolve("logs"));
            settings.writeTo(folder.resolve("cluster"));
            return settings;
        });
    }

    private static void forgetOldLogs() throws IOException {
        Path logs = Files.createDirectories(Cache.root().resolve("logs"));
        try (Stream<Path> folders = Files.list(logs)) {
            List<Path> newestFirst = folders.sorted(Comparator.<Path>comparingLong(
                                    folder -> folder.toFile().lastModified())
                            .reversed())
                    .toList();
            for (Path folder : newestFirst.subList(Math.min(LOGS_KEPT, newestFirst.size()), newestFirst.size())) {
                Cache.delete(folder);
            }
        }
    }

    /** Whether the cluster runs or is being started. */
    static boolean isInUse(Path folder) {
        return Sandbox.guardOf(folder).isPresent()
                || !Files.exists(folder.resolve("guard.pid"))
                        && settings(folder)
                                .filter(settings -> settings.owner().isAlive())
                                .isPresent();
    }

    /** What is known of the cluster; nothing if it is gone, or never came far enough to leave more than a folder. */
    static Optional<Settings> settings(Path folder) {
        try {
            return Optional.of(Settings.read(folder.resolve("cluster")));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Path root() {
        return Cache.root().resolve("clusters");
    }
}
