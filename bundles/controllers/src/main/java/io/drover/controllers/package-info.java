/**
 * Keeps the world as the objects of the management plane ask: the engine that runs reconcilers, and Drover's own ones for clusters,
 * their registration tokens, their access and their health, together with the settings they start from.
 */
package io.drover.controllers;
