/**
 * The Common Expression Language as Kubernetes speaks it: parsed, type-checked against structural schemas, its cost estimated before it
 * is accepted and counted while it runs. Start at {@link io.drover.apiserver.cel.Environment}: it says which variables and functions an
 * expression may use and makes a {@link io.drover.apiserver.cel.Program} of it, which is evaluated within a
 * {@link io.drover.apiserver.cel.Budget}. {@link io.drover.apiserver.cel.SchemaTypes} gives the type of a variable whose schema is known.
 * Costs are those of the published language: one for a look at a variable or field, a tenth for each character that is walked over.
 */
package io.drover.apiserver.cel;
