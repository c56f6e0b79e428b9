package io.drover.apiserver.external;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What a cluster holds of one kind.
 *
 * @param kind {@code clusters.management.cattle.io}
 * @param changes paths in the definition that would be others, with what happens there
 * @param misfitting how many objects Drover can't read, or change without correcting them
 * @param misfits the first of those: name, field and what is wrong with it
 */
public record Found(
        String kind, Origin origin, long objects, List<String> changes, long misfitting, List<String> misfits) {

    /** Who defined the kind there. */
    public enum Origin {
        MISSING,
        OURS,
        FOREIGN
    }

    /** For people, a paragraph. */
    public String text() {
        String head =
                switch (origin) {
                    case MISSING -> kind + ": not there, will be made";
                    case OURS -> kind + ": Drover's, " + objects + " objects";
                    case FOREIGN -> kind + ": of another installation, " + objects + " objects";
                };
        String definition = origin == Origin.MISSING
                ? ""
                : changes.isEmpty()
                        ? "\n  its definition stays as it is"
                        : "\n  its definition changes: " + String.join(", ", changes);
        String unfit = misfitting == 0
                ? ""
                : "\n  " + misfitting
                        + " objects do not fit and are left as they are, unseen by Drover until somebody corrects them:"
                        + misfits.stream().map(m -> "\n    " + m).collect(Collectors.joining())
                        + (misfitting > misfits.size() ? "\n    …" : "");
        return head + definition + unfit;
    }
}
