/** Agents that dial in: their handshake, their sessions, and which session a cluster is reached through. */
package io.drover.gateway.tunnel;
