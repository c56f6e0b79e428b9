/**
 * Clusters that somebody made elsewhere: waits for the agent that the import manifest starts there, changes nothing, and takes back
 * what the manifest made when the cluster is let go.
 */
package io.drover.plugin.driver.imported;
