/**
 * Divides the work on clusters among the processes of Drover that share a management plane.
 *
 * <p>Clusters fall into a fixed number of shards, and each shard is one process's at a time: {@link io.drover.controllers.shard.Shards}
 * decides whose, by Leases in the management plane that {@link io.drover.controllers.shard.KubernetesLeases} keeps.
 */
package io.drover.controllers.shard;
