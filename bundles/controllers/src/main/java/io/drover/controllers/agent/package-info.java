/** How an agent gets into a cluster, and out of it again. */
package io.drover.controllers.agent;
