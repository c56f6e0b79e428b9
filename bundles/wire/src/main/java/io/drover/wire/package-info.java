/**
 * The tunnel: frames, multiplexed streams and flow control, for both its ends.
 *
 * <p>Speaks the remotedialer protocol byte for byte, and between two ends of ours a negotiated extension of it.
 */
@Export
@Version("1.0.0")
package io.drover.wire;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
