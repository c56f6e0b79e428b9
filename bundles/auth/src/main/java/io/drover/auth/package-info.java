/**
 * Who is calling and what they may do: tokens, sign-in, roles, and the answers about all three.
 *
 * <p>{@link io.drover.auth.Accounts} keeps tokens and users in memory as the watch tells of them; {@link
 * io.drover.auth.RequestCallers} reads a request's identity from it and ends what outlives its token. {@link
 * io.drover.auth.RoleAuthorizer} answers from a {@link io.drover.auth.RoleGraph}, an immutable picture of all roles and bindings that is
 * drawn anew when one changes. {@link io.drover.auth.SignInDesk} turns passwords and the like into tokens.
 */
package io.drover.auth;
