package io.drover.apiserver;

import io.drover.api.ServerPart;
import io.drover.api.plane.ManagementPlane;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;

/** A management plane that answers, with the core's kinds and namespaces in it. */
interface RunningPlane extends AutoCloseable {

    /** What the server is not ready without. */
    String PART = "the management plane's API";

    /** Of the service that callers' requests are sent to. */
    Dictionary<String, Object> PROPERTIES = FrameworkUtil.asDictionary(Map.of(ServerPart.PROPERTY, PART));

    ManagementPlane plane();

    /** Returns once the kinds are served. */
    void install(List<Class<? extends Record>> kinds);

    /** Offers, as services, what else it has: what the gateway sends callers' requests to, first of all. */
    List<ServiceRegistration<?>> offer(BundleContext context);

    @Override
    void close();
}
