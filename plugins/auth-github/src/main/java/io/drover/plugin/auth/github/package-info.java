/**
 * Signing in with GitHub or a GitHub Enterprise server; organisations and teams are groups.
 *
 * <p>{@link io.drover.plugin.auth.github.GitHubProvider} says what a sign-in means, {@link io.drover.plugin.auth.github.GitHubApi} asks.
 */
package io.drover.plugin.auth.github;
