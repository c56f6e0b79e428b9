package io.drover.shell.audit;

import io.drover.api.DroverException;
import io.drover.api.audit.AuditRecords;
import io.drover.api.audit.AuditRecords.Anchor;
import io.drover.api.audit.AuditRecords.Verification;
import io.drover.shell.DroverCommand;
import java.io.PrintStream;
import java.util.Optional;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;

@Service
@Command(
        scope = "audit",
        name = "verify",
        description = "Looks whether records of the audit were changed, removed or reordered, and says which.")
public final class VerifyAudit extends DroverCommand {

    @Argument(
            name = "end",
            description = "What an earlier run printed as the end of the chain, NUMBER:HASH, and was kept elsewhere:"
                    + " finds also a chain that was written anew as a whole")
    String end;

    @Reference
    AuditRecords records;

    @Override
    public void run(PrintStream out) {
        Verification verification = records.verify(anchor());
        verification.findings().forEach(finding -> out.println("Record " + finding.seq() + " " + finding.problem()));
        if (!verification.findings().isEmpty()) {
            throw DroverException.rejected("The audit is not as it was written");
        }
        Anchor tip = verification.end();
        out.println(verification.count() + " records from " + verification.first() + " to " + tip.seq()
                + " are as they were written");
        out.println("The chain ends with " + tip.seq() + ":" + tip.hash());
    }

    private Optional<Anchor> anchor() {
        if (end == null) {
            return Optional.empty();
        }
        if (!end.matches("[0-9]{1,18}:[0-9a-f]{64}")) {
            throw DroverException.rejected("the end of a chain is NUMBER:HASH, as this command prints it");
        }
        int colon = end.indexOf(':');
        return Optional.of(new Anchor(Long.parseLong(end.substring(0, colon)), end.substring(colon + 1)));
    }
}
