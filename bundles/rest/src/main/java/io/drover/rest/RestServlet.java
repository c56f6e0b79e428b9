package io.drover.rest;

import io.drover.api.ServerPart;
import io.drover.api.audit.AuditRecords;
import io.drover.api.auth.AuthProviders;
import io.drover.api.auth.Authorizer;
import io.drover.api.auth.IdentityProviderFactory;
import io.drover.api.auth.PublicPaths;
import io.drover.api.auth.SecondFactor;
import io.drover.api.auth.Sessions;
import io.drover.api.auth.SignIns;
import io.drover.api.cluster.AgentManifests;
import io.drover.api.driver.ClusterDriver;
import io.drover.api.kind.KindProvider;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.socket.SocketRoute;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.ws.rs.ext.RuntimeDelegate;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.cxf.Bus;
import org.apache.cxf.bus.extension.ExtensionManagerBus;
import org.apache.cxf.endpoint.Server;
import org.apache.cxf.jaxrs.JAXRSServerFactoryBean;
import org.apache.cxf.jaxrs.impl.RuntimeDelegateImpl;
import org.apache.cxf.logging.FaultListener;
import org.apache.cxf.transport.servlet.CXFNonSpringServlet;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * Serves the API on the HTTP whiteboard, and whatever nobody else serves: with the list of APIs or a 404 in their format. The whiteboard may destroy and initialise it several times, so CXF is made in {@link #init} and
 * not before.
 */
@Component(
        service = Servlet.class,
        property = {
            "osgi.http.whiteboard.servlet.name=drover-rest",
            "osgi.http.whiteboard.servlet.pattern=/v3/*",
            "osgi.http.whiteboard.servlet.pattern=/v3-public/*",
            "osgi.http.whiteboard.servlet.pattern=/cacerts",
            "osgi.http.whiteboard.servlet.pattern=/"
        })
public final class RestServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    private final transient Api api;
    private final transient Supplier<Runnable> opening;
    private transient Runnable closing;
    private transient Bus bus;
    private transient Server server;
    private transient CXFNonSpringServlet cxf;

    @Activate
    public RestServlet(
            @Reference ManagementPlane plane,
            @Reference Authorizer authorizer,
            @Reference SignIns signIns,
            @Reference Sessions sessions,
            @Reference SecondFactor secondFactor,
            @Reference AuthProviders providers,
            @Reference AgentManifests manifests,
            BundleContext context) {
        this(
                new Api(
                        plane,
                        authorizer,
                        signIns,
                        sessions,
                        secondFactor,
                        providers,
                        DriverSecrets.in(plane.client()),
                        ClusterNamespaces.in(plane.client()),
                        manifests,
                        System::getenv,
                        Clock.systemUTC()),
                context);
    }

    private RestServlet(Api api, BundleContext context) {
        this(api, () -> {
            Subscriptions subscriptions = api.openSubscriptions();
            var sockets = context.registerService(SocketRoute.class, subscriptions, null);
            var paths = context.registerService(
                    PublicPaths.class,
                    new OpenPaths(),
                    FrameworkUtil.asDictionary(Map.of(ServerPart.PROPERTY, OpenPaths.API)));
            return () -> {
                paths.unregister();
                sockets.unregister();
                subscriptions.close();
            };
        });
    }

    /** @param opening tells the listener that there is somebody who answers now, and gives what takes it back */
    RestServlet(Api api, Supplier<Runnable> opening) {
        this.api = api;
        this.opening = opening;
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addKinds(KindProvider provider) {
        api.add(provider);
    }

    void removeKinds(KindProvider provider) {
        api.remove(provider);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addDriver(ClusterDriver<?> driver) {
        api.add(driver);
    }

    void removeDriver(ClusterDriver<?> driver) {
        api.remove(driver);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addIdentityProvider(IdentityProviderFactory<?> kind) {
        api.add(kind);
    }

    void removeIdentityProvider(IdentityProviderFactory<?> kind) {
        api.remove(kind);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setAudit(AuditRecords records) {
        api.add(records);
    }

    void unsetAudit(AuditRecords records) {
        api.remove(records);
    }

    @Override
    public void init() throws ServletException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        ClassLoader ours = ExtensionManagerBus.class.getClassLoader();
        thread.setContextClassLoader(ours); // CXF finds its own parts through it
        try {
            RuntimeDelegate.setInstance(new RuntimeDelegateImpl());
            bus = new ExtensionManagerBus(null, null, ours);
            // What goes wrong is told once, by ErrorMapper.
            bus.setProperty(FaultListener.class.getName(), (FaultListener) (failure, description, message) -> false);
            cxf = new CXFNonSpringServlet() {
                private static final long serialVersionUID = 1L;

                @Override
                protected void loadBus(ServletConfig config) {
                    // set below
                }
            };
            cxf.setBus(bus);
            cxf.init(getServletConfig());
            JAXRSServerFactoryBean factory = new JAXRSServerFactoryBean();
            factory.setBus(bus);
            factory.setAddress("/");
            factory.setServiceBeans(api.resources());
            factory.setProviders(Api.providers());
            server = factory.create();
        } finally {
            thread.setContextClassLoader(before);
        }
        closing = opening.get();
    }

    @Override
    public void service(ServletRequest request, ServletResponse response) throws ServletException, IOException {
        cxf.service(new FromRoot((HttpServletRequest) request), response);
    }

    @Override
    public void destroy() {
        closing.run();
        server.destroy();
        cxf.destroy();
        bus.shutdown(true);
    }

    /** The request without the servlet's own patterns, so that CXF matches whole paths. */
    private static final class FromRoot extends HttpServletRequestWrapper {

        FromRoot(HttpServletRequest request) {
            super(request);
        }

        @Override
        public String getServletPath() {
            return "";
        }

        @Override
        public String getPathInfo() {
            String inside = super.getPathInfo();
            return super.getServletPath() + (inside == null ? "" : inside);
        }
    }
}
