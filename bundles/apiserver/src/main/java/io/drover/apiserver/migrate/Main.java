package io.drover.apiserver.migrate;

import io.drover.api.DroverException;
import io.drover.apiserver.PlaneContents;
import io.drover.apiserver.client.ClientFailures;
import io.drover.apiserver.client.ClientPlane;
import io.drover.apiserver.external.Connection;
import io.drover.apiserver.external.Found;
import io.drover.apiserver.external.Takeover;
import io.drover.apiserver.migrate.Migration.Plan;
import io.drover.apiserver.serve.ApiServer;
import io.drover.apiserver.store.Store;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * What the server's script does with management planes while no server runs:
 *
 * <pre>
 * migrate  external|embedded  FOLDER KUBECONFIG  plan|do
 * takeover KUBECONFIG
 * </pre>
 *
 * An empty KUBECONFIG is the account of the pod that this runs in. The exit code is 1, after a sentence, if it can't be done.
 */
public final class Main {

    private static final String TAKEOVER =
            """

            Fields of objects that Drover does not know are kept. What it writes from its start on: roles and settings
            that are missing, settings' defaults, an administrator if there is none, clusters' conditions, finalizers of
            clusters and users, and the import commands of registration tokens. Stop the other installation first; then
            "drover run --kubeconfig FILE --takeover" takes over.""";

    private static final Duration KEEP = Duration.ofDays(7);

    private final PrintStream out;

    private Main(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] arguments) {
        try {
            new Main(System.out).run(List.of(arguments));
        } catch (DroverException e) {
            System.err.println("drover: " + e.getMessage() + reason(e));
            System.exit(1);
        }
        System.exit(0); // the clients' threads are not waited for
    }

    /** What the network said, if it was the network. */
    private static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof IOException ? " (" + cause + ")" : "";
    }

    private void run(List<String> arguments) {
        if (arguments.get(0).equals("takeover")) {
            takeover(arguments.get(1));
        } else {
            boolean outwards = arguments.get(1).equals("external");
            migrate(
                    outwards,
                    Path.of(arguments.get(2)),
                    arguments.get(3),
                    arguments.get(4).equals("plan"));
        }
    }

    private void takeover(String kubeconfig) {
        Connection connection = Connection.read(kubeconfig);
        try (ClientPlane plane = ClientPlane.shared(connection.config())) {
            out.println("What the cluster at " + connection.server() + " holds of Drover's kinds:\n");
            List<Found> found =
                    ClientFailures.translated(() -> new Takeover(plane.client()).look(PlaneContents.CORE_KINDS));
            found.forEach(kind -> out.println(kind.text()));
            boolean foreign = found.stream().anyMatch(kind -> kind.origin() == Found.Origin.FOREIGN);
            out.println(foreign ? TAKEOVER : "\nNothing of another installation is there.");
        }
    }

    private void migrate(boolean outwards, Path folder, String kubeconfig, boolean planOnly) {
        Connection connection = Connection.read(kubeconfig);
        try (ApiServer server = new ApiServer(Store.open(folder, KEEP, Clock.systemUTC()), () -> null);
                ClientPlane inside = ClientPlane.of(server);
                ClientPlane outside = ClientPlane.shared(connection.config())) {
            Plane embedded = new Plane("the data folder", inside.client());
            Plane external = new Plane("the cluster at " + connection.server(), outside.client());
            Replicas.requireNone(outside.client());
            Plane from = outwards ? embedded : external;
            Plane to = outwards ? external : embedded;
            Migration migration = new Migration(from, to, outwards, new Lines(planOnly));
            Plan plan = migration.plan();
            out.printf(
                    "%s: %d kinds and %d objects to create, %d to complete, %d there already and the same.%n",
                    planOnly ? "Dry run" : "Plan", plan.definitions(), plan.created(), plan.statuses(), plan.same());
            if (planOnly || plan.isEmpty()) {
                return;
            }
            migration.run();
            out.println("All is in " + to + " now; " + from + " was left as it is.");
        }
    }

    private final class Lines implements Migration.Progress {

        private final boolean each;

        Lines(boolean each) {
            this.each = each;
        }

        @Override
        public void planned(String action, Type type, ObjectKey key) {
            if (each) {
                out.println("  would " + action + " " + type + " " + key);
            }
        }

        @Override
        public void done(Type type, int objects) {
            out.println("  " + type + ": " + objects);
        }
    }
}
