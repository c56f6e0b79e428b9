/**
 * The life of a cluster, told by four reconcilers that each answer for one aspect of it.
 *
 * <p>{@link io.drover.controllers.cluster.ClusterReconciler} brings it up through its driver and takes it down; {@link
 * io.drover.controllers.cluster.ClusterAccess} gives people their rights inside; {@link
 * io.drover.controllers.cluster.ClusterHealth} says whether it is connected and answers; {@link
 * io.drover.controllers.cluster.RegistrationTokens} makes what its agent registers with.
 */
package io.drover.controllers.cluster;
