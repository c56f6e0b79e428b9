/**
 * The management plane on a real cluster: the way there ({@link io.drover.apiserver.external.Connection}), and what a cluster that served
 * another installation of the same kinds holds before Drover takes it over ({@link io.drover.apiserver.external.Takeover}).
 */
package io.drover.apiserver.external;
