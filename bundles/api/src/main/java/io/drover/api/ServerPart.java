package io.drover.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Attribute;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * A component without which the server is not ready. The bundle's manifest says that the part is expected, and the component's service
 * that it is up: so one that has not come up, for whatever reason, is missed by its name in {@code /readyz} and {@code drover status}.
 *
 * <p>A service that is registered by hand carries the name itself, as its property {@link #PROPERTY}.
 */
@ComponentPropertyType
@Capability(namespace = ServerPart.PROPERTY)
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface ServerPart {

    /** The service's property, and the capability's namespace. */
    String PROPERTY = "io.drover.server.part";

    /** The capability's attribute that holds the name. */
    String NAME = "name";

    /** What makes {@link #PROPERTY} of this annotation's name. */
    String PREFIX_ = "io.drover.";

    /** What the server waits for without it, in words: {@code the API}. */
    @Attribute(NAME)
    String value();
}
