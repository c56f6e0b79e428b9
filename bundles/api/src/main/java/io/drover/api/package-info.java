/**
 * All that a plugin of Drover compiles against: kinds, services and the interfaces it may implement.
 *
 * <p>This package holds what every other one uses: how a failure is told ({@link io.drover.api.DroverException}).
 */
@Export
@Version("1.0.0")
package io.drover.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
