package io.drover.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * What is kept between runs, outside the work tree: built parts, images, and the folders of running clusters. It lies in
 * {@code $DROVER_CACHE}, else in {@code ~/.cache/drover}, and may be deleted whenever no cluster runs.
 */
final class Cache {

    /** Makes the content of a folder that does not exist yet. */
    @FunctionalInterface
    interface Filler {
        void fill(Path empty) throws IOException;
    }

    // A file lock holds other processes off, but not other threads of this one.
    private static final ReentrantLock THREADS = new ReentrantLock();

    private Cache() {}

    static Path root() {
        String chosen = System.getenv("DROVER_CACHE");
        Path root = chosen == null || chosen.isBlank()
                ? Path.of(System.getProperty("user.home"), ".cache", "drover")
                : Path.of(chosen);
        if (root.toString().matches(".*['\"\\s].*")) {
            throw new TestbedException("The cache cannot lie in " + root
                    + ": set DROVER_CACHE to a folder without spaces and quotes in its name");
        }
        return root.toAbsolutePath().normalize();
    }

    /** The folder of that name, filled by whoever asks first; it is never seen half full. */
    static Path folder(String name, Filler filler) {
        Path folder = root().resolve(name);
        if (Files.isDirectory(folder)) {
            return folder;
        }
        return locked(name.replace('/', '_'), () -> {
            if (Files.isDirectory(folder)) {
                return folder;
            }
            Path partial = folder.resolveSibling(folder.getFileName() + ".partial");
            delete(partial);
            Files.createDirectories(partial);
            filler.fill(partial);
            return Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
        });
    }

    /** Does something that only one thread of one process does at a time. */
    static <T> T locked(String name, Callable<T> action) {
        THREADS.lock();
        try {
            Path locks = Files.createDirectories(root().resolve("locks"));
            try (FileChannel channel =
                            FileChannel.open(locks.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var lock = channel.lock()) {
                return action.call();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            THREADS.unlock();
        }
    }

    static void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
