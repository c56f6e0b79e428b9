/**
 * Who is calling and what they may do.
 *
 * <p>{@link io.drover.api.auth.Callers} and {@link io.drover.api.auth.Authorizer} are provided; {@link
 * io.drover.api.auth.IdentityProvider} is what a way to sign in implements.
 */
@Export
@Version("1.0.0")
package io.drover.api.auth;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
