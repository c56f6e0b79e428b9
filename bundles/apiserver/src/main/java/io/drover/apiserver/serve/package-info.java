/** Answers requests: start at {@link io.drover.apiserver.serve.ApiServer}, which finds the one class that each is a matter of. */
package io.drover.apiserver.serve;
