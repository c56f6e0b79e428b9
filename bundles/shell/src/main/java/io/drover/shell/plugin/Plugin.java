package io.drover.shell.plugin;

import io.drover.api.auth.IdentityProvider;
import io.drover.api.auth.IdentityProviderFactory;
import io.drover.api.control.Reconciler;
import io.drover.api.driver.ClusterDriver;
import io.drover.api.kind.KindProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/** A bundle that is built against the API and is no part of the core. */
record Plugin(Bundle bundle, BundleContext context) {

    private static final String API = "io.drover.api";
    private static final String OURS = "io.drover.";
    private static final String OUR_PLUGINS = "io.drover.plugin.";
    private static final Set<String> PACKAGES =
            Set.of(API + ".auth", API + ".control", API + ".driver", API + ".kind", API + ".plane");

    static boolean isOne(Bundle bundle) {
        String name = bundle.getSymbolicName();
        if (name == null || (name.startsWith(OURS) && !name.startsWith(OUR_PLUGINS))) {
            return false;
        }
        String imports = bundle.getHeaders().get("Import-Package");
        return imports != null && PACKAGES.stream().anyMatch(imports::contains);
    }

    String name() {
        return bundle.getSymbolicName();
    }

    /** What it offers now; nothing while it is stopped. */
    List<String> brings() {
        List<String> brings = new ArrayList<>();
        ServiceReference<?>[] references = bundle.getRegisteredServices();
        if (references == null) {
            return brings;
        }
        for (ServiceReference<?> reference : references) {
            Object service = context.getService(reference);
            if (service == null) {
                continue;
            }
            try {
                describe(service, brings);
            } finally {
                context.ungetService(reference);
            }
        }
        return brings.stream().sorted().distinct().toList();
    }

    private static void describe(Object service, List<String> brings) {
        if (service instanceof ClusterDriver<?> driver) {
            brings.add("driver " + driver.kind());
        }
        if (service instanceof IdentityProvider provider) {
            brings.add("sign-in " + provider.name());
        }
        if (service instanceof IdentityProviderFactory<?> factory) {
            brings.add("sign-in " + factory.name());
        }
        if (service instanceof KindProvider provider) {
            provider.kinds().forEach(kind -> brings.add("kind " + kind.getSimpleName()));
        }
        if (service instanceof Reconciler<?> reconciler) {
            brings.add("reconciler of " + reconciler.kind().getSimpleName());
        }
    }
}
