package io.drover.apiserver.store;

/**
 * Who made a change, as history tells it.
 *
 * @param user id of the user
 * @param source address the request came from; empty within the process
 * @param verb what was asked for, with the subresource if there was one: {@code update}, {@code patch status}
 */
public record Author(String user, String source, String verb) {}
