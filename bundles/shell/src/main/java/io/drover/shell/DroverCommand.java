package io.drover.shell;

import io.drover.api.DroverException;
import java.io.PrintStream;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.support.CommandException;

/** A command whose failures are told in one line. */
public abstract class DroverCommand implements Action {

    /**
     * Does what the command is for.
     *
     * @param out the console
     */
    public abstract void run(PrintStream out) throws InterruptedException;

    @Override
    public final Object execute() throws CommandException, InterruptedException {
        try {
            run(System.out);
            return null;
        } catch (DroverException e) {
            throw new CommandException(e.getMessage(), e);
        }
    }
}
