package io.drover.testbed;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Writes the POSIX (ustar) format: names up to 100 bytes, everything owned by root and dated 1970, so the same content gives the same bytes. */
final class Tar implements AutoCloseable {

    private static final int BLOCK = 512;

    private final OutputStream out;

    Tar(OutputStream out) {
        this.out = out;
    }

    void folder(String name, int mode) throws IOException {
        header(name + "/", '5', mode, 0, "");
    }

    void link(String name, String target) throws IOException {
        header(name, '2', 0777, 0, target);
    }

    void file(String name, int mode, byte[] content) throws IOException {
        header(name, '0', mode, content.length, "");
        out.write(content);
        pad(content.length);
    }

    void file(String name, int mode, Path content) throws IOException {
        long size = Files.size(content);
        header(name, '0', mode, size, "");
        Files.copy(content, out);
        pad(size);
    }

    @Override
    public void close() throws IOException {
        out.write(new byte[2 * BLOCK]);
        out.close();
    }

    private void header(String name, char type, int mode, long size, String target) throws IOException {
        byte[] header = new byte[BLOCK];
        text(header, 0, 100, name);
        octal(header, 100, 8, mode);
        octal(header, 108, 8, 0);
        octal(header, 116, 8, 0);
        octal(header, 124, 12, size);
        octal(header, 136, 12, 0);
        Arrays.fill(header, 148, 156, (byte) ' ');
        header[156] = (byte) type;
        text(header, 157, 100, target);
        text(header, 257, 8, "ustar\00000");
        int sum = 0;
        for (byte value : header) {
            sum += value & 0xff;
        }
        octal(header, 148, 7, sum);
        out.write(header);
    }

    private void pad(long size) throws IOException {
        out.write(new byte[(int) ((BLOCK - size % BLOCK) % BLOCK)]);
    }

    private static void octal(byte[] header, int at, int width, long value) {
        String digits = Long.toOctalString(value);
        text(header, at, width - 1, "0".repeat(width - 1 - digits.length()) + digits);
        header[at + width - 1] = 0;
    }

    private static void text(byte[] header, int at, int width, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > width) {
            throw new IllegalArgumentException("Too long for a tar archive: " + value);
        }
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
