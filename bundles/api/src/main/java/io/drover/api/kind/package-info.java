/**
 * How a kind of object is defined: once, as a record with the annotations of this package.
 *
 * <p>The components of the record are the object's top-level fields beside {@code metadata}. From that one definition come the
 * CRD with its schema and printer columns, and the {@code /v3} schema with its fields, methods, links and filters. Start at
 * {@link io.drover.api.kind.Kind}; a bundle brings its kinds by registering a {@link io.drover.api.kind.KindProvider}.
 */
@Export
@Version("1.0.0")
package io.drover.api.kind;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
