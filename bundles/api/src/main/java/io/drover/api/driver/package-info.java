/** What a vendor implements to bring clusters of a new kind. Start at {@link io.drover.api.driver.ClusterDriver}. */
@Export
@Version("1.0.0")
package io.drover.api.driver;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
