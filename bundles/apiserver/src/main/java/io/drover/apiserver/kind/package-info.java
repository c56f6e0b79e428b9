/**
 * The kinds that are served: built in or brought by custom resource definitions, each with its schema and its particular rules. Start at
 * {@link io.drover.apiserver.kind.Kinds}.
 */
package io.drover.apiserver.kind;
