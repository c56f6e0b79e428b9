package io.drover.shell.plane;

import io.drover.api.plane.PlaneStorage;
import java.io.PrintStream;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;

@Service
@Command(
        scope = "drover",
        name = "rotate-key",
        description = "Seals all data with a new key, while the server goes on; the old key is dropped at the end.")
public final class RotateKey extends StorageCommand {

    @Override
    void run(PlaneStorage storage, PrintStream out) throws InterruptedException {
        storage.rotateKey(new ProgressLine("Sealing anew", out));
        out.println("Everything is sealed with the new key, and the old one is gone");
    }
}
