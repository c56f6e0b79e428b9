/**
 * Real Kubernetes clusters on this machine in seconds, for the demo, the integration tests and the benchmarks.
 *
 * <p>Start at {@link KubernetesCluster}; {@link Main} is the same from the command line. The parts are built once into a
 * cache ({@link Parts}). Each cluster lives in namespaces of its own that end with whoever started it, even by {@code
 * kill -9} ({@code guard.sh}).
 */
package io.drover.testbed;
