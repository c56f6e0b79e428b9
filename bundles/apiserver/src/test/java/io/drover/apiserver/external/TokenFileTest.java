package io.drover.apiserver.external;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenFileTest {

    @TempDir
    Path account;

    private TokenFile file;

    @BeforeEach
    void show() throws IOException {
        show("first");
        Files.createSymbolicLink(account.resolve("token"), Path.of("..data/token"));
        file = new TokenFile(account.resolve("token"));
    }

    @Test
    void aTokenThatTheKubeletReplacesCountsAtOnce() throws IOException {
        assertThat(file.read()).isEqualTo("first");

        show("other");

        assertThat(file.read()).isEqualTo("other");
    }

    @Test
    void whileTheFileIsAwayTheTokenOfBeforeCounts() throws IOException {
        assertThat(file.read()).isEqualTo("first");

        Files.delete(account.resolve("..data"));

        assertThat(file.read()).isEqualTo("first");
    }

    /** As a kubelet does it: all files at once, by another folder in the place of the one before. */
    private void show(String token) throws IOException {
        Path files = Files.createDirectory(account.resolve("..of-" + token));
        Files.writeString(files.resolve("token"), token + "\n");
        Path link = Files.createSymbolicLink(account.resolve("..new"), files.getFileName());
        Files.move(link, account.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    }
}
