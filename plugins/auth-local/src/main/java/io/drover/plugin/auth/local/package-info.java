/**
 * Signing in with a name and a password that Drover itself keeps, as a hash in the {@code User} object.
 *
 * <p>New hashes are Argon2id; bcrypt hashes that existing installations wrote are accepted and renewed when their user signs in. Neither
 * the text nor the work of a failed attempt tells whether the user exists.
 */
package io.drover.plugin.auth.local;
