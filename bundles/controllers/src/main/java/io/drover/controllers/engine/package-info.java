/**
 * The engine that runs every reconciler, ours and plugins' alike.
 *
 * <p>{@link io.drover.controllers.engine.Engine} meets the services; {@link io.drover.controllers.engine.WorkQueue} decides what is
 * looked at next; {@link io.drover.controllers.engine.Workers} lends threads; {@link io.drover.controllers.engine.Steps} takes one
 * step of one object and writes what came of it.
 */
package io.drover.controllers.engine;
