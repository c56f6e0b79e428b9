package io.drover.apiserver.crash;

import io.drover.apiserver.crash.Operation.Kind;
import io.drover.apiserver.crash.Operation.Outcome;
import java.io.IOException;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Creates, replaces, patches, deletes and reads a few objects that all writers share, and notes what it was told. */
final class Writer implements Runnable {

    private static final int KEYS = 12;

    private final Api api;
    private final String name;
    private final Random random;
    private final AtomicLong acknowledged;
    private final List<Operation> operations = new ArrayList<>();
    private volatile boolean enough;
    private int count;

    Writer(Api api, int number, AtomicLong acknowledged) {
        this.api = api;
        this.name = "w" + number;
        this.random = new Random(number);
        this.acknowledged = acknowledged;
    }

    /** To be read when its thread has ended. */
    List<Operation> operations() {
        return operations;
    }

    void stop() {
        enough = true;
    }

    @Override
    public void run() {
        try {
            while (!enough) {
                String key = "k" + random.nextInt(KEYS);
                Api.Answer seen = read(key);
                if (seen != null) {
                    change(key, seen);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Null when there was no answer. */
    private Api.Answer read(String key) throws InterruptedException {
        long begin = System.nanoTime();
        try {
            Api.Answer answer = api.ask("GET", Api.OBJECTS + "/" + key, "application/json", "");
            String value = answer.status() == 404 ? null : answer.value();
            if (answer.status() != 200 && answer.status() != 404) {
                throw new IllegalStateException("A read was answered with " + answer);
            }
            operations.add(new Operation(
                    key, Kind.READ, Outcome.DONE, value, answer.revision(), "", begin, System.nanoTime()));
            return answer;
        } catch (IOException e) {
            LockSupport.parkNanos(2_000_000);
            return null;
        }
    }

    private void change(String key, Api.Answer seen) throws InterruptedException {
        String value = name + "-" + count++;
        String path = Api.OBJECTS + "/" + key;
        if (seen.status() == 404) {
            write(key, "POST", Api.OBJECTS, "application/json", object(key, value, ""), value);
            return;
        }
        switch (random.nextInt(5)) {
            case 0 -> delete(key, path, seen.uid());
            case 1 -> write(key, "PUT", path, "application/json", object(key, value, ""), value);
            case 2 -> write(
                    key, "PATCH", path, "application/merge-patch+json", "{\"data\":{\"v\":\"" + value + "\"}}", value);
            default -> write(
                    key,
                    "PUT",
                    path,
                    "application/json",
                    object(key, value, ",\"resourceVersion\":\"" + seen.revision() + "\""),
                    value);
        }
    }

    private static String object(String key, String value, String more) {
        return "{\"metadata\":{\"name\":\"" + key + "\"" + more + "},\"data\":{\"v\":\"" + value + "\"}}";
    }

    private void write(String key, String method, String path, String contentType, String body, String value)
            throws InterruptedException {
        long begin = System.nanoTime();
        try {
            Api.Answer answer = api.ask(method, path, contentType, body);
            boolean done = answer.status() < 300;
            note(new Operation(
                    key,
                    Kind.WRITE,
                    done ? Outcome.DONE : Outcome.REFUSED,
                    value,
                    done ? answer.revision() : 0,
                    "",
                    begin,
                    System.nanoTime()));
        } catch (ConnectException e) {
            // It never came there.
        } catch (IOException e) {
            note(new Operation(key, Kind.WRITE, Outcome.UNKNOWN, value, 0, "", begin, Operation.NEVER));
        }
    }

    private void delete(String key, String path, String uid) throws InterruptedException {
        long begin = System.nanoTime();
        String body = "{\"preconditions\":{\"uid\":\"" + uid + "\"}}";
        try {
            Api.Answer answer = api.ask("DELETE", path, "application/json", body);
            if (answer.status() < 300) {
                note(new Operation(key, Kind.DELETE, Outcome.DONE, null, 0, uid, begin, System.nanoTime()));
            }
        } catch (ConnectException e) {
            // It never came there.
        } catch (IOException e) {
            note(new Operation(key, Kind.DELETE, Outcome.UNKNOWN, null, 0, uid, begin, Operation.NEVER));
        }
    }

    private void note(Operation operation) {
        operations.add(operation);
        if (operation.outcome() == Outcome.DONE) {
            acknowledged.incrementAndGet();
        }
    }
}
