/**
 * Tests of the assembled distribution, from outside: they start it as a user does, and speak to it as clients and clusters do. {@link
 * io.drover.itests.DroverServer} is the server under test.
 */
package io.drover.itests;
