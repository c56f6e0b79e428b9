/**
 * The Kubernetes client over an API server in the same process, and on top of any such client the typed objects and informers that {@link
 * io.drover.api.plane.ManagementPlane} promises.
 */
package io.drover.apiserver.client;
