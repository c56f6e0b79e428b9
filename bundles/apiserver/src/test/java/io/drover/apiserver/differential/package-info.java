/**
 * Sends the same requests to the embedded API server and to a real one and compares the answers. The requests are in {@code
 * resources/differential/*.requests}, what may differ, and why, in {@code intended.yaml} beside them. The form of the files is told at
 * {@link io.drover.apiserver.differential.Exchange}.
 */
package io.drover.apiserver.differential;
