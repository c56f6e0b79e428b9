/**
 * A real server process is killed again and again under writers and watchers, and what they saw must be what one correct server could
 * have answered. Start at {@link io.drover.apiserver.crash.CrashTest}.
 */
package io.drover.apiserver.crash;
