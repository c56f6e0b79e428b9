package io.drover.itests;

import aQute.bnd.osgi.Domain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** The distribution that the build assembled. */
final class Distribution {

    static final Path HOME = Path.of(System.getProperty("drover.assembly"));
    static final Path SOURCES = Path.of(System.getProperty("drover.root"));

    private Distribution() {}

    /** The manifests of our own bundles in it. */
    static List<Domain> ownBundles() throws IOException {
        try (Stream<Path> files = Files.walk(HOME.resolve("system/io/drover"))) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .map(Distribution::manifest)
                    .toList();
        }
    }

    private static Domain manifest(Path jar) {
        try (JarFile file = new JarFile(jar.toFile())) {
            return Domain.domain(file.getManifest());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
