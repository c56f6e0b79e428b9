/**
 * Programs of our own tunnel's two ends, each for a JVM of its own: the gateway's classes with a TCP port in front, and wire's client as
 * agents use it.
 */
package io.drover.benchmarks.tunnel;
