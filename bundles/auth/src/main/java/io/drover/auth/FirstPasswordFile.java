package io.drover.auth;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import org.osgi.framework.BundleContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the first admin finds his generated password, readable by whoever runs Drover alone, until he changes it. */
final class FirstPasswordFile {

    private static final Logger log = LoggerFactory.getLogger(FirstPasswordFile.class);

    private final Path path;

    FirstPasswordFile(Path path) {
        this.path = path;
    }

    static FirstPasswordFile of(BundleContext context) {
        String data = context.getProperty("karaf.data");
        return new FirstPasswordFile(Path.of(data == null ? "data" : data, "drover", "first-admin-password"));
    }

    Path path() {
        return path;
    }

    void write(String password) {
        FileAttribute<?> ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        try {
            Files.createDirectories(path.getParent());
            Files.deleteIfExists(path);
            Files.createFile(path, ownerOnly);
            Files.writeString(path, password + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("The first password can't be written to " + path, e);
        }
    }

    void delete() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            log.warn("A first password that is no longer good can't be deleted: file={}", path, e);
        }
    }
}
