/** A request and what can be said of it before any object is looked at: its route, parameters, body, and how it is refused. */
package io.drover.apiserver.request;
