/** What every handler here answers with, and how a cluster's path is read. */
package io.drover.gateway.http;
