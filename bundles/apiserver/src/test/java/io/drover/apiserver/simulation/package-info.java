/**
 * Store, watches, leases and work queues in a world of its own time, where everything happens in an order that a seed decides: machines
 * crash, disks fill up, networks are slow or cut, processes hang. {@link io.drover.apiserver.simulation.SimulationTest} plays many
 * seeds; what must hold is looked at after every step.
 */
package io.drover.apiserver.simulation;
