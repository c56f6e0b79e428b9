package io.drover.shell.plane;

import io.drover.api.plane.PlaneStorage;
import java.io.PrintStream;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;

@Service
@Command(
        scope = "drover",
        name = "backup",
        description = "Writes all objects and their history to an encrypted file, while the server goes on.")
public final class MakeBackup extends StorageCommand {

    @Argument(name = "file", description = "Whole path of the new file", required = true)
    String file;

    @Option(
            name = "--passphrase-file",
            description =
                    "File whose first line is the passphrase; without it backup.passphrase.file of io.drover.apiserver.cfg")
    String passphraseFile;

    @Override
    void run(PlaneStorage storage, PrintStream out) {
        PlaneStorage.Backup made =
                storage.backUp(absolute(file), passphrase(storage, passphraseFile), new ProgressLine("Writing", out));
        out.println(
                "Backed up " + made.revisions() + " revisions, everything as it was at revision " + made.revision());
    }
}
