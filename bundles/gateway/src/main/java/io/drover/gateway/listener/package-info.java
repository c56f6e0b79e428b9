/** The HTTPS port: certificates, limits, identity and routing. */
package io.drover.gateway.listener;
