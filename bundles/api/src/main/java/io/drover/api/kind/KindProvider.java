package io.drover.api.kind;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Brings kinds into the management plane: an OSGi service. While it is registered its kinds are installed and served; when it goes,
 * their objects stay.
 */
@ConsumerType
public interface KindProvider {

    /** Records that carry {@link Kind}. Called once, on any thread; must return at once. */
    List<Class<? extends Record>> kinds();
}
