/**
 * The program in a cluster that dials in to Drover and lets it reach the cluster's Kubernetes API.
 *
 * <p>Start at {@link io.drover.agent.cluster.Agent}. It behaves as Rancher's cluster agent does, and takes the same
 * environment.
 */
package io.drover.agent.cluster;
