/**
 * WebSockets that a bundle serves. The listener identifies the caller, refuses browsers on foreign pages, records the request and ends
 * the socket when its caller may no longer have it.
 *
 * <p>Start at {@link io.drover.api.socket.SocketRoute}.
 */
@Export
@Version("1.0.0")
package io.drover.api.socket;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
