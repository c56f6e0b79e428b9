package io.drover.shell.plane;

import io.drover.api.DroverException;
import io.drover.api.plane.PlaneStorage;
import io.drover.shell.DroverCommand;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/** A command about the embedded plane's data. Storage is looked up late: without it, all commands of this bundle would be away. */
abstract class StorageCommand extends DroverCommand {

    @Reference
    BundleContext context;

    abstract void run(PlaneStorage storage, PrintStream out) throws InterruptedException;

    @Override
    public final void run(PrintStream out) throws InterruptedException {
        ServiceReference<PlaneStorage> reference = context.getServiceReference(PlaneStorage.class);
        PlaneStorage storage = reference == null ? null : context.getService(reference);
        if (storage == null) {
            throw DroverException.unavailable(
                    "This server keeps no objects itself: the cluster that does is to be backed up, or it is still starting");
        }
        try {
            run(storage, out);
        } finally {
            context.ungetService(reference);
        }
    }

    /** @param file null for the configured one */
    static char[] passphrase(PlaneStorage storage, String file) {
        if (file == null) {
            return storage.configuredPassphrase();
        }
        try {
            String first = Files.readString(Path.of(file))
                    .lines()
                    .findFirst()
                    .orElse("")
                    .strip();
            if (!first.isEmpty()) {
                return first.toCharArray();
            }
        } catch (IOException e) {
            throw DroverException.rejected("The file " + file + " can't be read");
        }
        throw DroverException.rejected("The file " + file + " holds no passphrase");
    }

    static Path absolute(String file) {
        Path path = Path.of(file);
        if (!path.isAbsolute()) {
            throw DroverException.rejected(
                    "Give the whole path, since the server's working folder is not yours: " + file);
        }
        return path;
    }
}
