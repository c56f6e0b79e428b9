/**
 * The one way in and the one way out: the HTTPS listener, agents' tunnels, and the proxy to clusters on top of them.
 *
 * <p>{@link io.drover.gateway.Gateway} puts the parts together. A request passes {@code listener} (limits, identity, routing), then
 * either {@code tunnel} (an agent dials in), {@code proxy} (to a cluster's API server, or to the management plane's own) or the
 * servlets of other bundles. {@code transport} alone opens connections to clusters.
 */
package io.drover.gateway;
