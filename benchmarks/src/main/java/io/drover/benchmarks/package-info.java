/**
 * Figures, always side by side with a peer in one run and reported as ratios. Start at {@link io.drover.benchmarks.Benchmarks}.
 */
package io.drover.benchmarks;
