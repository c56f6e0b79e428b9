package io.drover.apiserver.crash;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Follows all changes, going on after each crash from where it was. */
final class Watcher implements Runnable {

    private final Api api;
    private final List<Change> changes = new ArrayList<>();
    private volatile long last;
    private volatile boolean enough;
    private volatile String failure;
    private volatile int resumed;

    Watcher(Api api, long from) {
        this.api = api;
        this.last = from;
    }

    long last() {
        return last;
    }

    /** Null if all went well. */
    String failure() {
        return failure;
    }

    int resumed() {
        return resumed;
    }

    /** To be read when its thread has ended. */
    List<Change> changes() {
        return changes;
    }

    void stop() {
        enough = true;
    }

    @Override
    public void run() {
        while (!enough && failure == null) {
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(api.watch(last), StandardCharsets.UTF_8))) {
                resumed++;
                for (String line = lines.readLine(); line != null && failure == null; line = lines.readLine()) {
                    take(line);
                }
            } catch (IOException e) {
                // The server is away; the last line may have come in part.
                LockSupport.parkNanos(2_000_000);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void take(String line) throws IOException {
        JsonNode event = Api.parse(line);
        JsonNode object = event.path("object");
        String type = event.path("type").asText();
        long revision = object.at("/metadata/resourceVersion").asLong();
        if (!List.of("ADDED", "MODIFIED", "DELETED").contains(type)) {
            failure = "A watch from revision " + last + " could not go on: " + line;
        } else if (revision <= last) {
            failure = "A watch told of revision " + revision + " after " + last;
        } else {
            changes.add(new Change(
                    object.at("/metadata/name").asText(),
                    revision,
                    type.equals("DELETED") ? null : object.at("/data/v").asText(),
                    object.at("/metadata/uid").asText()));
            last = revision;
        }
    }
}
