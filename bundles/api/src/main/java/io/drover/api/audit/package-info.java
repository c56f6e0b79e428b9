/**
 * What was done, by whom, and what came of it.
 *
 * <p>The listener begins a record of each request at {@link io.drover.api.audit.AuditTrail}; whoever serves it adds what he knows to the
 * {@link io.drover.api.audit.AuditedCall}; {@link io.drover.api.audit.AuditRecords} finds them again.
 */
@Export
@Version("1.0.0")
package io.drover.api.audit;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
