package io.drover.auth;

import io.drover.api.ServerPart;
import io.drover.api.auth.Authorizer;
import io.drover.api.auth.Caller;
import io.drover.api.auth.Decision;
import io.drover.api.auth.Question;
import io.drover.api.model.ClusterRoleTemplateBinding;
import io.drover.api.model.GlobalRole;
import io.drover.api.model.GlobalRoleBinding;
import io.drover.api.model.RoleTemplate;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Resource;
import io.drover.api.plane.Watched;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides by the newest {@link RoleGraph}. The graph is drawn anew on a thread of its own after a change; changes that come while it is
 * being drawn are in the next, so a burst of them costs a few drawings.
 */
@ServerPart("roles")
@Component(service = {Authorizer.class, RoleAuthorizer.class})
public final class RoleAuthorizer implements Authorizer {

    private static final Logger log = LoggerFactory.getLogger(RoleAuthorizer.class);

    private final Accounts accounts;
    private final Watched<GlobalRole> globalRoles;
    private final Watched<GlobalRoleBinding> globalRoleBindings;
    private final Watched<RoleTemplate> roleTemplates;
    private final Watched<ClusterRoleTemplateBinding> clusterRoleTemplateBindings;
    private final Executor drawer;
    private final AtomicBoolean drawingScheduled = new AtomicBoolean();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> watches = new ArrayList<>();

    private volatile RoleGraph graph = RoleGraph.EMPTY;

    @Activate
    public RoleAuthorizer(@Reference ManagementPlane plane, @Reference Accounts accounts) {
        this(plane, accounts, Executors.newSingleThreadExecutor(Threads.named("auth-roles")));
    }

    /** @param drawer where the graph is drawn; ended with this if it is an {@link ExecutorService} */
    RoleAuthorizer(ManagementPlane plane, Accounts accounts, Executor drawer) {
        this.accounts = accounts;
        this.drawer = drawer;
        globalRoles = plane.watched(GlobalRole.class);
        globalRoleBindings = plane.watched(GlobalRoleBinding.class);
        roleTemplates = plane.watched(RoleTemplate.class);
        clusterRoleTemplateBindings = plane.watched(ClusterRoleTemplateBinding.class);
        draw();
        watches.add(globalRoles.listen(redraw()));
        watches.add(globalRoleBindings.listen(redraw()));
        watches.add(roleTemplates.listen(redraw()));
        watches.add(clusterRoleTemplateBindings.listen(redraw()));
    }

    @Deactivate
    void close() throws Exception {
        for (AutoCloseable watch : watches) {
            watch.close();
        }
        if (drawer instanceof ExecutorService threads) {
            threads.shutdownNow();
        }
    }

    @Override
    public Decision decide(Caller caller, Question question) {
        return graph.decide(caller, question);
    }

    @Override
    public Set<ClusterGrant> grantsIn(String clusterId) {
        return graph.grantsIn(clusterId, accounts::userOf);
    }

    /** Calls {@code changed} after each change of the graph; it must return at once. */
    void listen(Runnable changed) {
        listeners.add(changed);
    }

    void unlisten(Runnable changed) {
        listeners.remove(changed);
    }

    private void draw() {
        drawingScheduled.set(false);
        graph = new RoleGraph(
                globalRoles.list(),
                globalRoleBindings.list(),
                roleTemplates.list(),
                clusterRoleTemplateBindings.list());
        listeners.forEach(Runnable::run);
    }

    private <K extends Record> Watched.Listener<K> redraw() {
        return new Watched.Listener<>() {
            @Override
            public void changed(Optional<Resource<K>> before, Resource<K> after) {
                scheduleDrawing();
            }

            @Override
            public void deleted(Resource<K> last) {
                scheduleDrawing();
            }
        };
    }

    private void scheduleDrawing() {
        if (!drawingScheduled.compareAndSet(false, true)) {
            return;
        }
        try {
            drawer.execute(() -> {
                try {
                    draw();
                } catch (RuntimeException e) {
                    log.error("Roles can't be read; what was known before holds on", e);
                }
            });
        } catch (RejectedExecutionException e) {
            // Closed meanwhile: nobody asks any more.
        }
    }
}
