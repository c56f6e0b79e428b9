/**
 * The management plane: the Kubernetes API that holds all of Drover's objects, wherever it lives.
 *
 * <p>Start at {@link io.drover.api.plane.ManagementPlane}; {@link io.drover.api.plane.PlaneServer} and {@link
 * io.drover.api.plane.PlaneEndpoint} are for the gateway alone.
 */
@Export
@Version("1.0.0")
package io.drover.api.plane;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
