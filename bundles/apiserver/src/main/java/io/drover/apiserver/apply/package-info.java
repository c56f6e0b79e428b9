/**
 * Server-side apply: who manages which field, and merging what somebody applies into what is there. Start at {@link
 * io.drover.apiserver.apply.ManagedFields}.
 */
package io.drover.apiserver.apply;
