/** WebSockets that other bundles serve. */
package io.drover.gateway.socket;
