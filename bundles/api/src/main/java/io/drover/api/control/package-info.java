/** Keeping the world as objects ask: start at {@link io.drover.api.control.Reconciler}. */
@Export
@Version("1.0.0")
package io.drover.api.control;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
