/**
 * {@code /v3}: the management API that Rancher's clients speak, made of the kinds' one definition.
 *
 * <p>One {@link io.drover.rest.Engine} serves every type; what is special about one is in its {@link io.drover.rest.TypeHooks}. JAX-RS by CXF,
 * which lives inside this bundle.
 */
package io.drover.rest;
