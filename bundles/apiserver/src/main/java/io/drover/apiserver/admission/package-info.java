/** Who else has a say in a change before it is stored: plugins, webhooks and policies, in {@link io.drover.apiserver.admission.AdmissionChain}; and quotas. */
package io.drover.apiserver.admission;
