package io.drover.auth;

import io.drover.api.auth.Sessions.Which;
import io.drover.api.control.Outcome;
import io.drover.api.control.Reconciler;
import io.drover.api.model.ClusterRoleTemplateBinding;
import io.drover.api.model.GlobalRoleBinding;
import io.drover.api.model.User;
import io.drover.api.model.UserAttribute;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Objects;
import io.drover.api.plane.Resource;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Takes away whatever belongs to a user before he is gone: nobody who gets his id later inherits anything. */
@Component(service = Reconciler.class)
public final class UserRemoval implements Reconciler<User> {

    private static final String FINALIZER = "controller.cattle.io/user";

    private final TokenSessions sessions;
    private final SecondFactors secondFactors;
    private final ProviderRegistry registry;
    private final Objects<GlobalRoleBinding> globalRoleBindings;
    private final Objects<ClusterRoleTemplateBinding> clusterRoleTemplateBindings;
    private final Objects<UserAttribute> attributes;

    @Activate
    public UserRemoval(
            @Reference ManagementPlane plane,
            @Reference TokenSessions sessions,
            @Reference SecondFactors secondFactors,
            @Reference ProviderRegistry registry) {
        this.sessions = sessions;
        this.secondFactors = secondFactors;
        this.registry = registry;
        this.globalRoleBindings = plane.objects(GlobalRoleBinding.class);
        this.clusterRoleTemplateBindings = plane.objects(ClusterRoleTemplateBinding.class);
        this.attributes = plane.objects(UserAttribute.class);
    }

    @Override
    public Class<User> kind() {
        return User.class;
    }

    @Override
    public String finalizer() {
        return FINALIZER;
    }

    @Override
    public String condition(Resource<User> user) {
        return "";
    }

    @Override
    public Outcome<User> reconcile(Resource<User> user) {
        return Outcome.done();
    }

    @Override
    public Outcome<User> finalise(Resource<User> user) {
        String id = user.name();
        sessions.revoke(Which.allOf(id));
        globalRoleBindings.list().stream()
                .filter(binding -> id.equals(binding.value().userName()))
                .forEach(binding -> globalRoleBindings.delete(binding.name()));
        clusterRoleTemplateBindings.list().stream()
                .filter(binding -> isOf(user, binding.value()))
                .forEach(binding ->
                        clusterRoleTemplateBindings.delete(binding.namespace().orElse(null), binding.name()));
        secondFactors.forget(id);
        registry.forget(id);
        attributes.delete(id);
        return Outcome.done();
    }

    private static boolean isOf(Resource<User> user, ClusterRoleTemplateBinding binding) {
        return user.name().equals(binding.userName())
                || binding.userPrincipalName() != null
                        && user.value().principalIds().contains(binding.userPrincipalName());
    }
}
