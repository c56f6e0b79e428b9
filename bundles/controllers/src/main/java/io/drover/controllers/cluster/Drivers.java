package io.drover.controllers.cluster;

import io.drover.api.driver.ClusterDriver;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The drivers that are there now, by the kind of cluster they bring. While two for one kind are there, the later one serves. */
@Component(service = Drivers.class)
public final class Drivers {

    private static final Logger log = LoggerFactory.getLogger(Drivers.class);

    private final Map<String, DriverInUse<?>> byKind = new ConcurrentHashMap<>();
    private volatile Consumer<String> changed = kind -> {};

    Optional<DriverInUse<?>> of(String kind) {
        return Optional.ofNullable(byKind.get(kind));
    }

    /** @param listener told the kind whose driver came or went; replaces the one before */
    void onChange(Consumer<String> listener) {
        changed = listener;
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindDriver(ClusterDriver<?> driver) {
        DriverInUse<?> before = byKind.put(driver.kind(), new DriverInUse<>(driver));
        if (before != null) {
            log.warn("A second driver of one kind came and takes over: kind={}", driver.kind());
            withdraw(before, driver.kind());
        }
        log.info("Driver came: kind={}", driver.kind());
        changed.accept(driver.kind());
    }

    void unbindDriver(ClusterDriver<?> driver) {
        DriverInUse<?> present = byKind.get(driver.kind());
        if (present == null || !present.isOf(driver)) {
            return;
        }
        byKind.remove(driver.kind(), present);
        changed.accept(driver.kind());
        withdraw(present, driver.kind());
        log.info("Driver went: kind={}", driver.kind());
    }

    private static void withdraw(DriverInUse<?> driver, String kind) {
        if (!driver.withdraw()) {
            log.warn("A driver that goes has calls that do not end: kind={}", kind);
        }
    }
}
