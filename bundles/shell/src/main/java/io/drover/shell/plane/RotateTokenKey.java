package io.drover.shell.plane;

import io.drover.api.plane.PlaneStorage;
import java.io.PrintStream;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;

@Service
@Command(
        scope = "drover",
        name = "rotate-token-key",
        description = "Signs service accounts' tokens with a new key from now on; older ones stay good until they end.")
public final class RotateTokenKey extends StorageCommand {

    @Override
    void run(PlaneStorage storage, PrintStream out) {
        storage.rotateTokenKey();
        out.println("Service accounts' tokens are signed with a new key from now on");
    }
}
