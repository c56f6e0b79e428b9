package io.drover.shell.plane;

import io.drover.api.plane.PlaneStorage;
import java.io.PrintStream;
import java.nio.file.Path;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;

@Service
@Command(
        scope = "drover",
        name = "restore-backup",
        description = "Makes the data folder of a new server of a backup; this server stays as it is.")
public final class RestoreBackup extends StorageCommand {

    @Argument(index = 0, name = "file", description = "Whole path of the backup", required = true)
    String file;

    @Argument(index = 1, name = "data", description = "Whole path of the new server's data folder", required = true)
    String data;

    @Option(
            name = "--passphrase-file",
            description =
                    "File whose first line is the passphrase; without it backup.passphrase.file of io.drover.apiserver.cfg")
    String passphraseFile;

    @Override
    void run(PlaneStorage storage, PrintStream out) {
        Path folder = absolute(data);
        PlaneStorage.Backup restored = storage.restore(
                absolute(file), passphrase(storage, passphraseFile), folder, new ProgressLine("Restoring", out));
        out.println("Restored " + restored.revisions() + " revisions of " + restored.time()
                + ". Start it: drover run --data " + folder);
    }
}
