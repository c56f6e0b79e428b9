/**
 * The management plane, embedded: a Kubernetes API server in this process ({@code serve}) over a durable store ({@code store}), and the
 * client that all of Drover reaches it by ({@code client}). {@link io.drover.apiserver.EmbeddedPlane} puts them together, {@link
 * io.drover.apiserver.PlaneComponent} is its OSGi component.
 */
package io.drover.apiserver;
