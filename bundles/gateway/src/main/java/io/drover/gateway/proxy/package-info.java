/** Requests to clusters: {@code /k8s/clusters/{id}/…}, sent on as their caller; those to {@code local} are the management plane's. */
package io.drover.gateway.proxy;
