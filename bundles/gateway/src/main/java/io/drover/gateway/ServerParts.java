package io.drover.gateway;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import io.drover.api.ServerPart;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.util.tracker.ServiceTracker;

/** Which parts of the server installed bundles declare, and which of them are up. */
final class ServerParts implements AutoCloseable {

    private final BundleContext context;
    private final ServiceTracker<Object, Object> up;

    ServerParts(BundleContext context) {
        this.context = context;
        try {
            this.up =
                    new ServiceTracker<>(context, FrameworkUtil.createFilter("(" + ServerPart.PROPERTY + "=*)"), null);
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
        up.open(true); // a part may be of a class that this bundle does not know
    }

    /** What the server still waits for, in words. */
    Optional<String> missing() {
        Set<String> there = up.getTracked().keySet().stream()
                .map(service -> String.valueOf(service.getProperty(ServerPart.PROPERTY)))
                .collect(toSet());
        String missing = Arrays.stream(context.getBundles())
                .flatMap(ServerParts::declared)
                .filter(part -> !there.contains(part))
                .distinct()
                .sorted()
                .collect(joining(", "));
        return missing.isEmpty() ? Optional.empty() : Optional.of("waiting for " + missing);
    }

    private static Stream<String> declared(Bundle bundle) {
        BundleRevision revision = bundle.adapt(BundleRevision.class);
        return revision == null
                ? Stream.empty()
                : revision.getDeclaredCapabilities(ServerPart.PROPERTY).stream()
                        .map(capability ->
                                String.valueOf(capability.getAttributes().get(ServerPart.NAME)));
    }

    @Override
    public void close() {
        up.close();
    }
}
