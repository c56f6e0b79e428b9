package io.drover.controllers.cluster;

import java.util.Map;
import java.util.Optional;

/** What belongs to a cluster in the management plane beside objects of our own kinds. Making what is there already changes nothing. */
interface Belongings {

    /** The namespace, named like the cluster, of the objects that belong to it. */
    void ensureNamespace(String clusterId);

    /** Drover's own credential in a cluster. */
    Optional<String> credential(String secretName);

    void keepCredential(String secretName, String token);

    /** Secret fields of the driver's settings, by their names. */
    Map<String, String> driverSecrets(String clusterId);

    void keepDriverSecrets(String clusterId, Map<String, String> secrets);

    /** @param credentialSecret the one that the cluster's status names, if any */
    void removeSecrets(String clusterId, Optional<String> credentialSecret);

    void removeNamespace(String clusterId);

    /** Leaves a note that outlives the cluster: an Event in namespace {@code default}. */
    void leaveNote(String clusterId, String clusterUid, String reason, String message);
}
