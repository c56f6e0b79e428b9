/**
 * Who is calling and what they may do: tokens, sign-in, roles, and the answers about all three.
 *
 * <p>{@link io.drover.auth.Accounts} keeps tokens and users in memory as the watch tells of them; {@link
 * io.drover.auth.RequestCallers} reads a request's identity from it and ends what outlives its token. {@link
 * io.drover.auth.RoleAuthorizer} answers from a {@link io.drover.auth.RoleGraph}, an immutable picture of all roles and bindings that is
 * drawn anew when one changes. {@link io.drover.auth.SignInDesk} turns passwords and the like into tokens.
 *
 * <p><b>Second factors.</b> A local user enrols by {@code POST /v3/users?action=enrolmfa}, which answers {@code secret} and {@code uri}, and
 * {@code ?action=confirmmfa} with {@code {"code"}}, which answers the recovery {@code codes}. From then on the login action takes the code,
 * or a recovery code, in the field {@code mfaCode} beside the password. Without it, and with a wrong one, the answer to a right password
 * is 401 with code {@code MFARequired} in the API's error format, which clients that know nothing of it show as any failed sign-in; tokens
 * go on without a code. {@code removemfa} and {@code renewrecoverycodes} take a code as well, {@code /v3/users/{id}?action=resetmfa} is for
 * whoever manages users. The setting {@code mfa-required-for} names who must have one: {@code all}, principals of groups, or {@code
 * globalrole://} and a global role; their sessions are good for nothing but enrolling until they did. In the same way {@code
 * password-change-forced} lets users who must change their password do nothing else first; it is off by default, because existing
 * clients set a server up with the first password.
 *
 * <p><b>Ends.</b> A new password ends the user's sessions, which are the tokens that he got by signing in, except the one that asked for it;
 * tokens that were made on purpose stay. {@link io.drover.auth.UserRemoval} takes everything from a deleted user.
 */
package io.drover.auth;
