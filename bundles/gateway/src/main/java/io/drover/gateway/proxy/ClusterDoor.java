package io.drover.gateway.proxy;

import io.drover.api.DroverException;
import io.drover.api.auth.Caller;
import io.drover.gateway.http.Audited;
import io.drover.gateway.http.ClusterPath;
import io.drover.gateway.http.Replies;
import io.drover.gateway.http.Services;
import io.drover.gateway.listener.FrontDoor;
import io.drover.gateway.transport.ClusterDirectory;
import io.drover.gateway.transport.ClusterHttp;
import io.drover.gateway.transport.Reachability;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Decides as whom a request to a cluster is made, and hands it to the management plane or to the proxy. */
public final class ClusterDoor implements FrontDoor.ClusterRoute {

    private static final String LOCAL = "local";

    private final Services services;
    private final PlaneRoute plane;
    private final PlaneProxy planeElsewhere;
    private final ClusterProxy proxy;

    public ClusterDoor(Services services, ClusterDirectory directory, Reachability reach, ClusterHttp http) {
        this.services = services;
        this.plane = new PlaneRoute(services);
        this.proxy = new ClusterProxy(services, directory, reach, http);
        this.planeElsewhere = new PlaneProxy(services, proxy);
    }

    @Override
    public void handle(Request request, Response response, Callback callback, Caller caller, ClusterPath path) {
        try {
            Caller acting = Impersonation.effective(caller, request.getHeaders(), services.authorizer());
            Audited.of(request).actingAs(acting);
            if (!path.clusterId().equals(LOCAL)) {
                proxy.handle(request, response, callback, caller, acting, path);
            } else if (services.planeEndpoint().isPresent()) {
                planeElsewhere.handle(request, response, callback, caller, acting, path);
            } else {
                plane.handle(request, response, callback, acting, path);
            }
        } catch (DroverException e) {
            Replies.status(response, callback, e.fault().httpStatus(), e.getMessage());
        }
    }
}
