package io.drover.apiserver.serve;

import io.drover.apiserver.request.Refusal;
import io.drover.apiserver.store.Snapshot;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Snapshots that pages are being read from. A bounded number is kept for a bounded time, since each holds on to objects that have been
 * replaced meanwhile.
 */
final class Pages {

    private static final int KEPT = 200;
    /** Instead of a revision: whatever is there now. */
    private static final long ANY = 0;

    private static final Duration KEPT_FOR = Duration.ofMinutes(5);

    private final Map<Long, Kept> kept = new LinkedHashMap<>();

    private record Kept(Snapshot snapshot, long until) {}

    synchronized String token(Snapshot snapshot, String last) {
        long now = System.nanoTime();
        kept.putIfAbsent(snapshot.revision(), new Kept(snapshot, now + KEPT_FOR.toNanos()));
        Iterator<Kept> oldest = kept.values().iterator();
        while (kept.size() > KEPT || oldest.hasNext()) {
            if (oldest.next().until() - now > 0 && kept.size() <= KEPT) {
                break;
            }
            oldest.remove();
        }
        return encoded(snapshot.revision(), last);
    }

    synchronized Optional<Snapshot> snapshot(long revision) {
        return Optional.ofNullable(kept.get(revision)).map(Kept::snapshot);
    }

    /**
     * The snapshot that a token goes on with.
     *
     * @param now with which a list goes on whose own state is no longer kept, if its reader wants that
     */
    Snapshot snapshot(String token, Snapshot now) {
        long revision = Long.parseLong(part(token, 0));
        if (revision == ANY) {
            return now;
        }
        return snapshot(revision).orElseThrow(() -> Refusal.expiredPage(encoded(ANY, part(token, 1))));
    }

    private static String encoded(long revision, String last) {
        String text = revision + " " + last;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    String after(String token, String prefix) {
        String after = part(token, 1);
        if (!after.startsWith(prefix)) {
            throw Refusal.badRequest("continue key is not valid: it belongs to another list");
        }
        return after;
    }

    private static String part(String token, int index) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
            if (text.matches("\\d{1,18} /.+")) {
                return text.split(" ", 2)[index];
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw Refusal.badRequest("invalid continue token: continue key is not valid");
    }
}
