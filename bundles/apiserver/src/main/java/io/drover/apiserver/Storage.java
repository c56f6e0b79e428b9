package io.drover.apiserver;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.plane.PlaneStorage;
import io.drover.apiserver.store.Backup.Summary;
import io.drover.apiserver.store.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The store, as those see it who look after its data. */
final class Storage implements PlaneStorage {

    /** Where a server's data folder holds the objects. */
    private static final String OBJECTS = "drover";

    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    private final Store store;
    private final Path passphraseFile;
    private final Runnable tokenKeyRotation;

    /** @param passphraseFile null if none is set */
    Storage(Store store, Path passphraseFile, Runnable tokenKeyRotation) {
        this.store = store;
        this.passphraseFile = passphraseFile;
        this.tokenKeyRotation = tokenKeyRotation;
    }

    @Override
    public Backup backUp(Path file, char[] passphrase, Progress progress) {
        return backup(store.backUp(file, passphrase, progress::at));
    }

    @Override
    public Backup restore(Path file, char[] passphrase, Path serverFolder, Progress progress) {
        return backup(io.drover.apiserver.store.Backup.restore(
                file, passphrase, serverFolder.resolve(OBJECTS), progress::at));
    }

    private static Backup backup(Summary summary) {
        return new Backup(summary.revision(), summary.time(), summary.rows());
    }

    @Override
    public void rotateKey(Progress progress) throws InterruptedException {
        CompletableFuture<Void> rotation = store.rotateKey();
        while (true) {
            try {
                rotation.get(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException e) {
                long last = store.now().revision();
                progress.at(Math.min(store.sealedUpTo(), last), last);
            } catch (ExecutionException e) {
                throw e.getCause() instanceof DroverException known ? known : new IllegalStateException(e.getCause());
            }
        }
    }

    @Override
    public void rotateTokenKey() {
        try {
            tokenKeyRotation.run();
        } catch (IllegalStateException e) {
            throw new DroverException(Fault.UNAVAILABLE, "There is no new key: " + e.getMessage(), e);
        }
    }

    @Override
    public char[] configuredPassphrase() {
        if (passphraseFile == null) {
            throw DroverException.rejected(
                    "No passphrase is given, and backup.passphrase.file is not set in etc/io.drover.apiserver.cfg");
        }
        return Passphrase.in(passphraseFile);
    }
}
