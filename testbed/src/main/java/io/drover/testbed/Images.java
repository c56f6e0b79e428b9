package io.drover.testbed;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The images that every cluster with a node has, as archives in the cache. */
public final class Images {

    /** Has sh, tar, nc, wget, httpd, sleep and all else that busybox has; sleeps, unless told otherwise. */
    public static final String TOOLS = "drover.test/tools:1";

    static final String PAUSE = "drover.test/pause:1";

    private Images() {}

    /** The archive of {@link #TOOLS}. */
    public static Path tools() {
        return archive("tools-1", folder -> {
            Path busybox = Parts.busybox();
            List<String> applets =
                    Command.of(busybox.toString(), "--list").run().lines().toList();
            ImageArchive.of(TOOLS, layer -> {
                        for (String name : List.of("bin", "etc", "home", "root", "var", "www")) {
                            layer.folder(name, 0755);
                        }
                        layer.folder("tmp", 01777);
                        layer.file(
                                "etc/passwd",
                                0644,
                                text("root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000:user:/home:/bin/sh\n"));
                        layer.file("etc/group", 0644, text("root:x:0:\nuser:x:1000:\n"));
                        layer.file("bin/busybox", 0755, busybox);
                        for (String applet : applets) {
                            if (!applet.equals("busybox")) {
                                layer.link("bin/" + applet, "busybox");
                            }
                        }
                    })
                    .command("sleep", "infinity")
                    .writeTo(folder.resolve("image.tar"));
        });
    }

    static Path pause() {
        Path pause = Parts.pause();
        return archive(pause.getParent().getFileName().toString(), folder -> {
            ImageArchive.of(PAUSE, layer -> layer.file("pause", 0755, pause))
                    .entrypoint("/pause")
                    .user("65535:65535")
                    .writeTo(folder.resolve("image.tar"));
        });
    }

    private static Path archive(String name, Cache.Filler filler) {
        return Cache.folder("images/" + name, filler).resolve("image.tar");
    }

    private static byte[] text(String content) {
        return content.getBytes(StandardCharsets.UTF_8);
    }
}
