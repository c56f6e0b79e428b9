/**
 * Who may do what by Kubernetes' own roles and bindings ({@link io.drover.apiserver.access.Rbac}), beside Drover's roles ({@link
 * io.drover.apiserver.access.Rights}); service accounts and their tokens; and what is kept in order around them.
 */
package io.drover.apiserver.access;
