package io.drover.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CacheTest {

    private final String name = "test/" + ProcessHandle.current().pid() + "-" + System.identityHashCode(this);

    @AfterEach
    void removeFolder() throws IOException {
        Cache.delete(Cache.root().resolve(name));
    }

    @Test
    void aFolderIsFilledOnceHoweverManyAskForIt() throws Exception {
        AtomicInteger fillings = new AtomicInteger();
        Callable<Path> ask = () -> Cache.folder(name, folder -> {
            fillings.incrementAndGet();
            Files.writeString(folder.resolve("content"), "all of it");
        });
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Path>> answers = threads.invokeAll(List.of(ask, ask, ask, ask));
            for (Future<Path> answer : answers) {
                assertThat(answer.get().resolve("content")).hasContent("all of it");
            }
        } finally {
            threads.shutdown();
        }
        assertThat(fillings).hasValue(1);
    }

    @Test
    void aFolderWhoseFillingFailedIsFilledByTheNextWhoAsks() {
        assertThatThrownBy(() -> Cache.folder(name, folder -> {
                    Files.writeString(folder.resolve("half"), "");
                    throw new TestbedException("no more");
                }))
                .hasMessage("no more");

        Path folder = Cache.folder(name, empty -> Files.writeString(empty.resolve("content"), "all of it"));

        assertThat(folder).isDirectoryNotContaining(file -> file.endsWith("half"));
        assertThat(folder.resolve("content")).hasContent("all of it");
    }
}
