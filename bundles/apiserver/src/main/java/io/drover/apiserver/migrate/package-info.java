/**
 * Moves all that one management plane holds to another, embedded to external or back, while no server runs: {@link
 * io.drover.apiserver.migrate.Migration} plans and does it, {@link io.drover.apiserver.migrate.Main} is the command.
 */
package io.drover.apiserver.migrate;
