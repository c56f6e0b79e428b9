package io.drover.rest;

import io.drover.api.kind.KindProvider;
import io.drover.api.model.Group;
import io.drover.api.model.GroupMember;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/** The kinds that only this bundle uses. */
@Component
public final class RestKinds implements KindProvider {

    @Override
    public List<Class<? extends Record>> kinds() {
        return List.of(SamlToken.class, DeviceSignIn.class, Group.class, GroupMember.class);
    }
}
