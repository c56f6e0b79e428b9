/**
 * The management plane, embedded or on a real cluster.
 *
 * <p>Embedded it is a Kubernetes API server in this process ({@code serve}) over a durable store ({@code store}); external it is a real one
 * ({@code external}). All of Drover reaches either by the same client ({@code client}); {@code migrate} moves what one holds to the other.
 * {@link io.drover.apiserver.EmbeddedPlane} and {@link io.drover.apiserver.ExternalPlane} put the parts together, {@link
 * io.drover.apiserver.PlaneComponent} is their OSGi component.
 */
package io.drover.apiserver;
