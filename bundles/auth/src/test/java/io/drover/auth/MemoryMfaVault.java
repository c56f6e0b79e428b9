package io.drover.auth;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/** Second factors in memory, changed one at a time as the real ones are. */
final class MemoryMfaVault implements MfaVault {

    private final Map<String, Factor> factors = new ConcurrentHashMap<>();
    private final AtomicLong changes = new AtomicLong();

    /** How often somebody tried to change one. */
    long changes() {
        return changes.get();
    }

    @Override
    public Optional<Factor> read(String userId) {
        return Optional.ofNullable(factors.get(userId));
    }

    @Override
    public void change(String userId, UnaryOperator<Factor> change) {
        changes.incrementAndGet();
        factors.compute(userId, (id, factor) -> change.apply(factor == null ? Factor.NONE : factor));
    }

    @Override
    public void forget(String userId) {
        factors.remove(userId);
    }
}
