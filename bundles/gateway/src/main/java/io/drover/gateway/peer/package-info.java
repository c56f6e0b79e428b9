/**
 * Several processes of Drover over one management plane: an agent's tunnel ends in one of them, and requests to its cluster that arrive at
 * another are sent there ({@link io.drover.gateway.peer.Peers}). Each writes a Lease that says where it is and whose tunnels it has.
 */
package io.drover.gateway.peer;
