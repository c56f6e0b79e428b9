/** Going out: what a plugin that talks to addresses which others chose uses instead of a client of its own. */
@Export
@Version("1.0.0")
package io.drover.api.net;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
