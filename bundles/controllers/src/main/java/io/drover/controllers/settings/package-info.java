/** The installation's settings: their names and defaults, made at start, and reading them. */
package io.drover.controllers.settings;
