/**
 * A vendor's plugin as the tests of Drover use it: it is built against {@code api} alone and knows nothing else of Drover. Its kind of
 * cluster, a pasture, is one that exists already and is dialled directly.
 */
package io.example.pasture;
