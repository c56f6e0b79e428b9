/**
 * For tests of bundles and plugins: an {@link io.drover.testkit.InMemoryPlane} in the place of the management plane, a clock that is
 * turned by hand, and bounded waiting.
 */
@Export
@Version("1.0.0")
package io.drover.testkit;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
