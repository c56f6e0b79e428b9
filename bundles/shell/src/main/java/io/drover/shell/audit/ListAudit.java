package io.drover.shell.audit;

import io.drover.api.audit.AuditRecord;
import io.drover.api.audit.AuditRecords;
import io.drover.api.audit.AuditRecords.Condition;
import io.drover.api.audit.AuditRecords.Query;
import io.drover.shell.DroverCommand;
import io.drover.shell.Text;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

@Service
@Command(scope = "audit", name = "list", description = "Lists the newest records of the audit, the newest at the end.")
public final class ListAudit extends DroverCommand {

    @Option(name = "--user", description = "Only requests of this user, by id")
    String user;

    @Option(name = "--cluster", description = "Only requests to this cluster, by id; local is Drover itself")
    String cluster;

    @Option(name = "--verb", description = "Only these, such as create, delete, watch, login")
    String verb;

    @Option(name = "--resource", description = "Only requests about this resource, such as pods")
    String resource;

    @Option(name = "--code", description = "Only requests that were answered with this status")
    String code;

    @Option(name = "--request", description = "Only the request of this id")
    String requestId;

    @Option(name = "--limit", description = "At most so many")
    int limit = 50;

    @Reference
    AuditRecords records;

    @Override
    public void run(PrintStream out) {
        List<Condition> conditions = new ArrayList<>();
        add(conditions, "user", user);
        add(conditions, "cluster", cluster);
        add(conditions, "verb", verb);
        add(conditions, "resource", resource);
        add(conditions, "code", code);
        add(conditions, "requestId", requestId);
        List<AuditRecord> found = new ArrayList<>(
                records.find(new Query(conditions, Optional.empty(), Optional.empty()), Math.max(1, limit)));
        Collections.reverse(found);
        ShellTable table = new ShellTable();
        table.column("Number").alignRight();
        table.column("Time");
        table.column("User");
        table.column("From");
        table.column("What");
        table.column("Where");
        table.column("Code").alignRight();
        table.column("Took").alignRight();
        table.column("Rule or note");
        table.emptyTableText("There are no such records");
        for (AuditRecord record : found) {
            table.addRow()
                    .addContent(
                            record.seq(),
                            Text.cell(record.time()),
                            Text.cell(joined(" ", record.user(), parenthesised(record.userName()))),
                            Text.cell(record.source()),
                            Text.cell(what(record)),
                            Text.cell(joined("/", record.cluster(), record.namespace())),
                            record.code() == 0 ? "" : record.code(),
                            took(record),
                            Text.cell(joined("; ", record.rule(), record.note())));
        }
        table.print(out);
        if (records.dropped() > 0) {
            out.println(records.dropped() + " records were dropped since the start: there was no room for them");
        }
    }

    private static void add(List<Condition> conditions, String field, String value) {
        if (value != null) {
            conditions.add(new Condition(field, Set.of(value), false));
        }
    }

    private static String what(AuditRecord record) {
        String object = joined("/", record.resource(), record.subresource(), record.resourceName());
        boolean lasts = "started".equals(record.stage()) || "ended".equals(record.stage());
        return joined(
                " ",
                record.verb(),
                object.isEmpty() ? record.path() : object,
                lasts ? parenthesised(record.stage()) : "");
    }

    private static String took(AuditRecord record) {
        return record.code() == 0 ? "" : String.format(Locale.ROOT, "%.1f ms", record.durationMicros() / 1000.0);
    }

    private static String parenthesised(String text) {
        return text == null || text.isEmpty() ? "" : "(" + text + ")";
    }

    private static String joined(String separator, String... parts) {
        return Stream.of(parts).filter(part -> part != null && !part.isEmpty()).collect(Collectors.joining(separator));
    }
}
