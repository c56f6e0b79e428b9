/**
 * Signing in with a directory: Active Directory, OpenLDAP and FreeIPA. One protocol, three sets of defaults.
 *
 * <p>{@link io.drover.plugin.auth.ldap.LdapProvider} reads as the story of a sign-in; {@link
 * io.drover.plugin.auth.ldap.DirectoryConnection} alone knows the LDAP library.
 */
package io.drover.plugin.auth.ldap;
