package io.drover.audit;

import io.drover.api.DroverException;
import io.drover.api.audit.AuditTrail;
import io.drover.api.audit.AuditedCall;
import io.drover.api.auth.Callers.RequestHead;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes records from the requests' threads into a bounded queue, and writes them on one thread of its own, in batches. What can't be
 * written stays in the queue, and is tried again every second.
 */
final class Trail implements AuditTrail, OpenRecord.Book, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Trail.class);
    private static final int BATCH = 512;
    private static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long STOP_MILLIS = 5_000;
    private static final long BODY_BYTES = 32 << 20;
    private static final int CHANGES = 256;

    private final Journal journal;
    private final Wording wording;
    private final Clock clock;
    private final ConcurrentLinkedQueue<Queued> queue = new ConcurrentLinkedQueue<>();
    private final Semaphore room;
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong bodyBytes = new AtomicLong();
    private final AtomicInteger changes = new AtomicInteger();
    private final Thread writer = new Thread(this::write, "audit");
    private volatile Settings settings;
    private volatile boolean idle;
    private volatile boolean closing;

    // Of the writing thread alone:
    private final List<Queued> batch = new ArrayList<>(BATCH);
    private long droppedTold;
    private Level levelTold;
    private boolean failing;

    /** @param capacity how many records may wait to be written */
    Trail(Journal journal, Wording wording, Clock clock, int capacity, Settings settings) {
        this.journal = journal;
        this.wording = wording;
        this.clock = clock;
        this.room = new Semaphore(capacity);
        this.settings = settings;
        writer.setDaemon(true);
    }

    void start() {
        writer.start();
    }

    void change(Settings changed) {
        settings = changed;
        LockSupport.unpark(writer);
    }

    long dropped() {
        return dropped.get();
    }

    // --- on requests' threads

    @Override
    public AuditedCall begin(RequestHead head) {
        Settings now = settings;
        if (now.level() == Level.NONE) {
            return OFF.begin(head);
        }
        boolean refuse = now.refuseWhenFull();
        if (refuse && !room.tryAcquire()) {
            throw DroverException.unavailable("nothing is done unrecorded, and there is no room for another record");
        }
        return new OpenRecord(this, now.level(), refuse, clock.instant(), head);
    }

    @Override
    public void add(Queued.Moment moment, boolean hasRoom) {
        if (!hasRoom && !room.tryAcquire()) {
            dropped.incrementAndGet();
            release(moment);
            return;
        }
        queue.add(moment);
        if (idle) {
            idle = false;
            LockSupport.unpark(writer);
        }
    }

    @Override
    public AuditedCall.Body keep(AuditedCall.Body body) {
        if (bodyBytes.addAndGet(body.bytes().length) <= BODY_BYTES) {
            return body;
        }
        bodyBytes.addAndGet(-body.bytes().length);
        return new AuditedCall.Body(body.contentType(), body.contentEncoding(), new byte[0], body.length());
    }

    @Override
    public boolean keepChange() {
        if (changes.incrementAndGet() <= CHANGES) {
            return true;
        }
        changes.decrementAndGet();
        return false;
    }

    /** Returns when all that ended before this call is in the files, or can't be written just now. */
    void settle() {
        var marker = new Queued.Marker(new CompletableFuture<>());
        queue.add(marker);
        LockSupport.unpark(writer);
        try {
            marker.reached().get(2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.debug("The audit's queue is not empty yet");
        }
    }

    // --- on the writing thread

    private void write() {
        while (!closing || !failing && !queue.isEmpty()) {
            try {
                boolean more = step();
                if (more) {
                    continue;
                }
            } catch (IOException e) {
                fail(e.toString(), null);
                continue;
            } catch (RuntimeException e) {
                fail(e.toString(), e);
                continue;
            }
            if (failing) {
                failing = false;
                log.info("The audit is written again");
            }
            if (queue.isEmpty()) {
                idle = true;
                if (queue.isEmpty() && !closing) {
                    rest(IDLE_NANOS);
                }
                idle = false;
            }
            // Those that come in a burst are written together.
            rest(GATHER_NANOS);
        }
        try {
            note("stop", "");
            journal.commit();
        } catch (IOException | RuntimeException e) {
            log.warn("The audit's last records could not be written: {}", e.toString());
        }
        journal.close();
    }

    private void fail(String reason, RuntimeException defect) {
        if (!failing) {
            failing = true;
            log.error("The audit can't be written; it is tried again every second: {}", reason, defect);
        }
        rest(IDLE_NANOS);
    }

    private void rest(long nanos) {
        if (!closing) {
            LockSupport.parkNanos(nanos);
        }
    }

    /** @return whether there is more to do at once */
    private boolean step() throws IOException {
        Settings now = settings;
        if (journal.open()) {
            note("start", "");
        }
        journal.commit(); // what is left of a step that failed
        finish();
        if (levelTold != now.level()) {
            levelTold = now.level();
            note("level", "the level is " + levelTold);
        }
        while (batch.size() < BATCH) {
            Queued next = queue.poll();
            if (next == null) {
                break;
            }
            batch.add(next);
            if (next instanceof Queued.Moment moment) {
                journal.add(record(moment));
            }
        }
        long droppedNow = dropped.get();
        if (droppedNow > droppedTold) {
            note("drop", droppedNow - droppedTold + " records were dropped: there was no room for them");
            droppedTold = droppedNow;
        }
        journal.rotateIfDue(now.fileBytes());
        journal.commit();
        boolean full = batch.size() == BATCH;
        finish();
        journal.retain(now.keepBytes(), now.keepFor()).ifPresent(removed -> note("remove", removed));
        journal.commit();
        journal.synchronise();
        return full;
    }

    private byte[] record(Queued.Moment moment) {
        try {
            return wording.record(journal.nextSeq(), moment);
        } catch (RuntimeException e) {
            log.error(
                    "A request can't be put into words: id={}", moment.request().id(), e);
            return wording.note(
                    journal.nextSeq(),
                    clock.instant(),
                    "fail",
                    "no words for request " + moment.request().id());
        }
    }

    /** The batch is written: its room is free for others. */
    private void finish() {
        for (Queued done : batch) {
            if (done instanceof Queued.Moment moment) {
                room.release();
                release(moment);
            } else if (done instanceof Queued.Marker marker) {
                marker.reached().complete(null);
            }
        }
        batch.clear();
    }

    private void release(Queued.Moment moment) {
        OpenRecord request = moment.request();
        if (moment.stage().equals("started")) {
            return;
        }
        if (request.before != null) {
            request.before = null;
            request.after = null;
            changes.decrementAndGet();
        }
        for (AuditedCall.Body body : new AuditedCall.Body[] {request.requestBody, request.responseBody}) {
            if (body != null) {
                bodyBytes.addAndGet(-body.bytes().length);
            }
        }
    }

    private void note(String verb, String text) {
        journal.add(wording.note(journal.nextSeq(), clock.instant(), verb, text));
    }

    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(writer);
        try {
            writer.join(STOP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
