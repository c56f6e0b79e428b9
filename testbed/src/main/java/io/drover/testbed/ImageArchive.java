package io.drover.testbed;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A container image with one layer, as a tar archive that {@code ctr images import} and {@code docker load} take: it holds
 * both the OCI layout and the index that Docker's own format has.
 */
final class ImageArchive {

    /** Puts files into the layer. */
    @FunctionalInterface
    interface Content {
        void writeTo(Tar layer) throws IOException;
    }

    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";

    private final String name;
    private final Content content;
    private List<String> entrypoint = List.of();
    private List<String> command = List.of();
    private String user = "";

    private ImageArchive(String name, Content content) {
        this.name = name;
        this.content = content;
    }

    /** An image of that name, such as {@code drover.test/tools:1}, with that content. */
    static ImageArchive of(String name, Content content) {
        return new ImageArchive(name, content);
    }

    ImageArchive entrypoint(String... words) {
        entrypoint = List.of(words);
        return this;
    }

    ImageArchive command(String... words) {
        command = List.of(words);
        return this;
    }

    ImageArchive user(String number) {
        user = number;
        return this;
    }

    void writeTo(Path archive) throws IOException {
        Path layer = Files.createTempFile(archive.toAbsolutePath().getParent(), "layer", ".tar");
        try {
            MessageDigest digest = sha256();
            try (OutputStream out =
                            new DigestOutputStream(new BufferedOutputStream(Files.newOutputStream(layer)), digest);
                    Tar tar = new Tar(out)) {
                content.writeTo(tar);
            }
            writeTo(archive, layer, hex(digest));
        } finally {
            Files.delete(layer);
        }
    }

    private void writeTo(Path archive, Path layer, String layerDigest) throws IOException {
        byte[] config = bytes(("{'architecture':'%s','os':'linux','created':'1970-01-01T00:00:00Z',"
                        + "'config':{'Entrypoint':%s,'Cmd':%s,'User':'%s','Env':['PATH=/bin'],'WorkingDir':'/'},"
                        + "'rootfs':{'type':'layers','diff_ids':['sha256:%s']},"
                        + "'history':[{'created':'1970-01-01T00:00:00Z'}]}")
                .formatted(Host.architecture(), array(entrypoint), array(command), user, layerDigest));
        byte[] manifest = bytes(("{'schemaVersion':2,'mediaType':'%s',"
                        + "'config':{'mediaType':'application/vnd.oci.image.config.v1+json','digest':'sha256:%s','size':%d},"
                        + "'layers':[{'mediaType':'application/vnd.oci.image.layer.v1.tar','digest':'sha256:%s','size':%d}]}")
                .formatted(MANIFEST, digest(config), config.length, layerDigest, Files.size(layer)));
        byte[] index = bytes(("{'schemaVersion':2,'manifests':[{'mediaType':'%s','digest':'sha256:%s','size':%d,"
                        + "'annotations':{'io.containerd.image.name':'%s','org.opencontainers.image.ref.name':'%s'}}]}")
                .formatted(MANIFEST, digest(manifest), manifest.length, name, name));
        byte[] dockerIndex = bytes("[{'Config':'%s','RepoTags':['%s'],'Layers':['%s']}]"
                .formatted(blob(digest(config)), name, blob(layerDigest)));
        try (Tar tar = new Tar(new BufferedOutputStream(Files.newOutputStream(archive)))) {
            tar.file("oci-layout", 0644, bytes("{'imageLayoutVersion':'1.0.0'}"));
            tar.file("index.json", 0644, index);
            tar.file("manifest.json", 0644, dockerIndex);
            tar.folder("blobs", 0755);
            tar.folder("blobs/sha256", 0755);
            tar.file(blob(digest(manifest)), 0644, manifest);
            tar.file(blob(digest(config)), 0644, config);
            tar.file(blob(layerDigest), 0644, layer);
        }
    }

    private static String blob(String digest) {
        return "blobs/sha256/" + digest;
    }

    private static String array(List<String> words) {
        return words.stream().map(word -> "'" + word + "'").collect(Collectors.joining(",", "[", "]"));
    }

    private static byte[] bytes(String json) {
        return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    private static String digest(byte[] content) {
        MessageDigest digest = sha256();
        digest.update(content);
        return hex(digest);
    }

    private static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
