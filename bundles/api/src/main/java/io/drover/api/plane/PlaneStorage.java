package io.drover.api.plane;

import java.nio.file.Path;
import java.time.Instant;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Where the embedded management plane keeps its objects: an OSGi service beside {@link ManagementPlane}, absent when the plane is a real
 * cluster's, whose etcd is somebody else's to look after.
 *
 * <p>Calls block until all is done and may come from any thread; meanwhile the plane reads and writes as ever. Failures are
 * {@link io.drover.api.DroverException} with one sentence.
 */
@ProviderType
public interface PlaneStorage {

    /** Told now and then, on the calling thread. */
    @FunctionalInterface
    interface Progress {
        /** @param done of {@code total}, in no particular unit */
        void at(long done, long total);
    }

    /**
     * What a backup holds.
     *
     * @param revision it is everything as it was at this revision, with the history that was kept then
     * @param revisions how many revisions it holds
     */
    record Backup(long revision, Instant time, long revisions) {}

    /**
     * Writes everything to a file, encrypted with the passphrase (PBKDF2, AES-256-GCM).
     *
     * @param file must not be there; appears when it is whole
     */
    Backup backUp(Path file, char[] passphrase, Progress progress);

    /**
     * Makes the data folder of another server of a backup, checking all of it; the running server's stays as it is.
     *
     * @param serverFolder what {@code drover run --data} takes; must hold no objects yet
     */
    Backup restore(Path file, char[] passphrase, Path serverFolder, Progress progress);

    /** Seals with a new key from now on, and then all that is there; returns once the old key is dropped. */
    void rotateKey(Progress progress) throws InterruptedException;

    /** Signs service accounts' tokens with a new key from now on; those that were signed before stay good until they end. */
    void rotateTokenKey();

    /** The passphrase of scheduled backups. @throws io.drover.api.DroverException {@code REJECTED} if none is set */
    char[] configuredPassphrase();
}
