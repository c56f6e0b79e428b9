/**
 * Console commands, a package for each scope: {@code cluster:list}, {@code user:create} and so on. A command is one class; whatever it
 * can't do it says in one line, and ends with an exit code that is not zero. Options come before names, as with all commands of this console.
 */
package io.drover.shell;
