/** Connections to clusters' API servers: through a tunnel or directly, with TLS that trusts that cluster's authority alone. */
package io.drover.gateway.transport;
