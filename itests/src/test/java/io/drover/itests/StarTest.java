package io.drover.itests;

import static org.assertj.core.api.Assertions.assertThat;

import aQute.bnd.osgi.Domain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Our bundles are a star, not a web: each may import api, the gateway also wire, and nobody anything else of ours. */
class StarTest {

    private static final Set<String> IMPORT_WIRE = Set.of("io.drover.gateway");

    @TestFactory
    Stream<DynamicTest> aBundleImportsNothingOfOursButTheApi() throws IOException {
        return Distribution.ownBundles().stream()
                .map(bundle -> DynamicTest.dynamicTest(nameOf(bundle), () -> assertThat(strangersImportedBy(bundle))
                        .isEmpty()));
    }

    @TestFactory
    Stream<DynamicTest> aBundleExportsOnlyWhatIsPublic() throws IOException {
        return Distribution.ownBundles().stream()
                .map(bundle -> DynamicTest.dynamicTest(nameOf(bundle), () -> assertThat(
                                ours(bundle.getExportPackage().keySet()))
                        .allMatch(name -> isApi(name) || name.equals("io.drover.wire"))));
    }

    @Test
    void everyBundleAndPluginOfTheTreeIsInTheDistribution() throws IOException {
        Set<String> packed =
                Distribution.ownBundles().stream().map(StarTest::nameOf).collect(Collectors.toSet());

        assertThat(packed).containsAll(bundlesOfTheTree());
    }

    private static List<String> strangersImportedBy(Domain bundle) {
        Set<String> exported = bundle.getExportPackage().keySet();
        return ours(bundle.getImportPackage().keySet()).stream()
                .filter(name -> !exported.contains(name))
                .filter(name -> !isApi(name))
                .filter(name -> !(name.equals("io.drover.wire") && IMPORT_WIRE.contains(nameOf(bundle))))
                .toList();
    }

    private static List<String> ours(Set<String> packages) {
        return packages.stream()
                .filter(name -> name.equals("io.drover") || name.startsWith("io.drover."))
                .toList();
    }

    private static boolean isApi(String name) {
        return name.equals("io.drover.api") || name.startsWith("io.drover.api.");
    }

    private static String nameOf(Domain bundle) {
        return bundle.getBundleSymbolicName().getKey();
    }

    /** A folder with a bnd.bnd is a bundle; the testkit is for builds, not for servers. */
    private static Set<String> bundlesOfTheTree() throws IOException {
        Set<String> names = new TreeSet<>();
        for (Path folder : folders("bundles")) {
            if (!folder.endsWith("testkit")) {
                names.add("io.drover." + folder.getFileName());
            }
        }
        for (Path folder : folders("plugins")) {
            names.add("io.drover.plugin." + folder.getFileName());
        }
        return names;
    }

    private static List<Path> folders(String parent) throws IOException {
        Path folder = Distribution.SOURCES.resolve(parent);
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(folder)) {
            return new ArrayList<>(children.filter(child -> Files.exists(child.resolve("bnd.bnd")))
                    .toList());
        }
    }
}
