package io.drover.apiserver.store;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A stream sealed with a passphrase: AES-256-GCM in chunks, each numbered and the last one marked, so that none can be changed, moved,
 * left out or cut off unseen. In front of them a header in the open, which every chunk is bound to: what makes the key of the passphrase.
 */
final class SealedStream {

    private static final byte[] TITLE = {'D', 'R', 'O', 'V', 'E', 'R', 'B', 'K'};
    private static final int VERSION = 1;
    private static final int ITERATIONS = 600_000;
    private static final int MOST_ITERATIONS = 10_000_000;
    private static final int SALT_BYTES = 16;
    private static final int PREFIX_BYTES = 7;
    private static final int TAG_BITS = 128;
    private static final int CHUNK = 64 * 1024;

    private SealedStream() {}

    /** Closing it writes the last chunk. */
    static OutputStream to(OutputStream out, char[] passphrase) throws IOException {
        byte[] random = new byte[SALT_BYTES + PREFIX_BYTES];
        new SecureRandom().nextBytes(random);
        ByteBuffer header = ByteBuffer.allocate(TITLE.length + 1 + Integer.BYTES + random.length);
        header.put(TITLE).put((byte) VERSION).putInt(ITERATIONS).put(random);
        out.write(header.array());
        return new Sealing(new DataOutputStream(out), new Chunks(header.array(), passphrase));
    }

    /** @throws IOException with a sentence when it isn't such a stream, or the passphrase is another one */
    static InputStream from(InputStream in, char[] passphrase) throws IOException {
        byte[] header = in.readNBytes(TITLE.length + 1 + Integer.BYTES + SALT_BYTES + PREFIX_BYTES);
        ByteBuffer fields = ByteBuffer.wrap(header);
        if (header.length < TITLE.length + 1 || !fields.slice(0, TITLE.length).equals(ByteBuffer.wrap(TITLE))) {
            throw new IOException("it is not a backup of Drover's");
        }
        int version = header[TITLE.length];
        if (version != VERSION) {
            throw new IOException(
                    "it was written by a newer version (form " + version + ", this one knows " + VERSION + ")");
        }
        return new Opening(new DataInputStream(in), new Chunks(header, passphrase));
    }

    /** Seals and opens chunks, in their order. */
    private static final class Chunks {
        private final byte[] header;
        private final byte[] prefix;
        private final SecretKey key;
        private final Cipher cipher;
        private int number;

        Chunks(byte[] header, char[] passphrase) throws IOException {
            this.header = header;
            ByteBuffer fields = ByteBuffer.wrap(header).position(TITLE.length + 1);
            byte[] salt = new byte[SALT_BYTES];
            prefix = new byte[PREFIX_BYTES];
            if (fields.remaining() < Integer.BYTES + salt.length + prefix.length) {
                throw new EOFException("it is cut off");
            }
            int iterations = fields.getInt();
            fields.get(salt).get(prefix);
            if (iterations < 1 || iterations > MOST_ITERATIONS) {
                throw new IOException("it is damaged");
            }
            PBEKeySpec spec = new PBEKeySpec(passphrase, salt, iterations, 256);
            try {
                byte[] made = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                        .generateSecret(spec)
                        .getEncoded();
                key = new SecretKeySpec(made, "AES");
                cipher = Cipher.getInstance("AES/GCM/NoPadding");
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("AES-GCM or PBKDF2 is not to be had", e);
            } finally {
                spec.clearPassword();
            }
        }

        byte[] next(int mode, byte[] bytes, int length, boolean last) throws IOException {
            byte[] nonce = ByteBuffer.allocate(12)
                    .put(prefix)
                    .putInt(number)
                    .put((byte) (last ? 1 : 0))
                    .array();
            try {
                cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
                cipher.updateAAD(header);
                byte[] result = cipher.doFinal(bytes, 0, length);
                number = Math.incrementExact(number);
                return result;
            } catch (AEADBadTagException e) {
                throw new IOException(
                        number == 0 ? "the passphrase is not the one that it was written with" : "it is damaged", e);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("AES-GCM is not to be had", e);
            }
        }
    }

    private static final class Sealing extends OutputStream {
        private final DataOutputStream out;
        private final Chunks chunks;
        private final byte[] chunk = new byte[CHUNK];
        private int filled;
        private boolean closed;

        Sealing(DataOutputStream out, Chunks chunks) {
            this.out = out;
            this.chunks = chunks;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int at = offset;
            int rest = length;
            while (rest > 0) {
                if (filled == CHUNK) {
                    send(false);
                }
                int part = Math.min(rest, CHUNK - filled);
                System.arraycopy(bytes, at, chunk, filled, part);
                filled += part;
                at += part;
                rest -= part;
            }
        }

        private void send(boolean last) throws IOException {
            byte[] sealed = chunks.next(Cipher.ENCRYPT_MODE, chunk, filled, last);
            out.writeInt(last ? -sealed.length : sealed.length);
            out.write(sealed);
            filled = 0;
        }

        @Override
        public void close() throws IOException {
            if (!closed) {
                closed = true;
                send(true);
                out.flush();
            }
        }
    }

    private static final class Opening extends InputStream {
        private final DataInputStream in;
        private final Chunks chunks;
        private byte[] chunk = new byte[0];
        private int read;
        private boolean last;

        Opening(DataInputStream in, Chunks chunks) {
            this.in = in;
            this.chunks = chunks;
        }

        @Override
        public int read() throws IOException {
            return fill() ? Byte.toUnsignedInt(chunk[read++]) : -1;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (!fill()) {
                return -1;
            }
            int part = Math.min(length, chunk.length - read);
            System.arraycopy(chunk, read, into, offset, part);
            read += part;
            return part;
        }

        private boolean fill() throws IOException {
            while (read == chunk.length) {
                if (last) {
                    return false;
                }
                try {
                    int length = in.readInt();
                    last = length < 0;
                    int size = Math.abs(length);
                    if (size < TAG_BITS / 8 || size > CHUNK + TAG_BITS / 8) {
                        throw new IOException("it is damaged");
                    }
                    byte[] sealed = new byte[size];
                    in.readFully(sealed);
                    chunk = chunks.next(Cipher.DECRYPT_MODE, sealed, size, last);
                    read = 0;
                } catch (EOFException e) {
                    throw new IOException("it is cut off", e);
                }
            }
            return true;
        }
    }
}
