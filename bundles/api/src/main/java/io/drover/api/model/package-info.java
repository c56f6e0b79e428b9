/**
 * The core's kinds, each defined once. Groups, names and fields are those of the API that existing clients speak, so what is stored has
 * the shape that a running installation of it has.
 */
@Export
@Version("1.0.0")
package io.drover.api.model;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
