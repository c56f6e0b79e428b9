package io.drover.apiserver.store;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/** Reads all current objects at the start: one thread takes rows from the disk while others unseal and decode them. */
final class Loading {

    private static final int BATCH = 256;
    private static final int WAITING = 64;

    private final Log log;
    private final int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
    private final ExecutorService decoders = Executors.newFixedThreadPool(threads, work -> {
        Thread thread = new Thread(work, "drover-store-load");
        thread.setDaemon(true);
        return thread;
    });
    private final Semaphore room = new Semaphore(WAITING);
    private final List<Future<List<Stored>>> decoded = new ArrayList<>();
    private List<Log.Sealed> batch = new ArrayList<>(BATCH);

    private Loading(Log log) {
        this.log = log;
    }

    static SortedTree<Stored> current(Log log) throws SQLException, IOException {
        Loading loading = new Loading(log);
        try {
            return loading.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("loading was interrupted", e);
        } finally {
            loading.decoders.shutdownNow();
        }
    }

    private SortedTree<Stored> run() throws SQLException, IOException, InterruptedException {
        log.readCurrent(row -> {
            batch.add(row);
            if (batch.size() == BATCH) {
                submit();
            }
        });
        submit();
        List<Stored> all = new ArrayList<>(decoded.size() * BATCH);
        for (Future<List<Stored>> part : decoded) {
            try {
                all.addAll(part.get());
            } catch (ExecutionException e) {
                throw e.getCause() instanceof IOException damaged ? damaged : new IOException(e.getCause());
            }
        }
        // SQLite's order is that of UTF-8, ours that of UTF-16: the same but for rare characters.
        all.sort(Comparator.comparing(Stored::key));
        return SortedTree.of(all, Stored::key);
    }

    private void submit() throws InterruptedException {
        List<Log.Sealed> rows = batch;
        batch = new ArrayList<>(BATCH);
        room.acquire();
        decoded.add(decoders.submit(() -> {
            try {
                List<Stored> objects = new ArrayList<>(rows.size());
                for (Log.Sealed row : rows) {
                    objects.add(Stored.of(row.key(), row.revision(), log.open(row)));
                }
                return objects;
            } finally {
                room.release();
            }
        }));
    }
}
