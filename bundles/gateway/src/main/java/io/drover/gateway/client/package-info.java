/** The {@code Clusters} service: for the rest of Drover and for plugins, a Kubernetes client of each cluster over the same connections. */
package io.drover.gateway.client;
