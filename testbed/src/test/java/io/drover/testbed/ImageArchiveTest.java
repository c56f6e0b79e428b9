package io.drover.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageArchiveTest {

    @TempDir
    Path folder;

    @Test
    void holdsWhatWasPutIntoIt() throws IOException {
        Path archive = write("image.tar");

        // tar itself reads the archive, and the layer in it
        Command.of("tar", "-xf", archive.toString()).in(folder).run();
        String manifest = Files.readString(folder.resolve("manifest.json"));
        String layer = manifest.replaceAll(".*\"Layers\":\\[\"([^\"]*)\".*", "$1");
        assertThat(Command.of("tar", "-tvf", layer).in(folder).run().lines())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("drwxr-xr-x 0/0").endsWith("bin/"),
                        line -> assertThat(line).startsWith("-rwxr-xr-x 0/0").endsWith("bin/hello"),
                        line -> assertThat(line).startsWith("lrwxrwxrwx 0/0").endsWith("bin/hi -> hello"));
    }

    @Test
    void isTheSameForTheSameContent() throws IOException {
        assertThat(write("one.tar")).hasSameBinaryContentAs(write("two.tar"));
    }

    @Test
    void namesEveryBlobByItsDigest() throws IOException {
        Command.of("tar", "-xf", write("image.tar").toString()).in(folder).run();

        String sums = Command.of("sh", "-c", "cd blobs/sha256 && sha256sum *")
                .in(folder)
                .run();

        assertThat(sums.lines()).hasSize(3).allSatisfy(line -> {
            String[] fields = line.split(" +");
            assertThat(fields[0]).isEqualTo(fields[1]);
        });
    }

    private Path write(String name) throws IOException {
        Path archive = folder.resolve(name);
        ImageArchive.of("drover.test/hello:1", layer -> {
                    layer.folder("bin", 0755);
                    layer.file("bin/hello", 0755, "#!/bin/sh\necho hello\n".getBytes(StandardCharsets.UTF_8));
                    layer.link("bin/hi", "hello");
                })
                .entrypoint("/bin/hello")
                .writeTo(archive);
        return archive;
    }
}
