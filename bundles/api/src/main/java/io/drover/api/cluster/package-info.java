/** Reaching clusters: the gateway's services. Start at {@link io.drover.api.cluster.Clusters}. */
@Export
@Version("1.0.0")
package io.drover.api.cluster;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
