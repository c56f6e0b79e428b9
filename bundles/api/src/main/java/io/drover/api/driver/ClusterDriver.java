package io.drover.api.driver;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Creates clusters of one kind and keeps them as their owner asked.
 *
 * <p>A driver is an OSGi service. Drover calls {@link #converge} until it answers {@link Progress.Ready}, and again whenever the
 * settings change; a driver keeps no list of clusters and starts no threads.
 *
 * <p><b>Threads.</b> Calls for one cluster never overlap; calls for different clusters do. A call ends within 30 seconds: longer work
 * is begun, answered with {@link Progress.Waiting}, and looked at on the next call. The calling thread is interrupted when the driver
 * is withdrawn.
 *
 * <p><b>Repetition.</b> Any call may repeat an earlier one, after a restart or a lost answer. Converging a cluster that is already as
 * asked changes nothing.
 *
 * @param <S> this driver's settings; the record's components are the fields a user fills in, described by {@link
 *     io.drover.api.kind.Field} and {@link io.drover.api.kind.Secret}
 */
@ConsumerType
public interface ClusterDriver<S extends Record> {

    /** Lower-case name of the kind of cluster, as stored in {@code spec.genericEngineConfig.driverName}. */
    String kind();

    Class<S> settingsType();

    /**
     * Brings the cluster one step closer to its settings.
     *
     * @throws io.drover.api.DroverException {@code REJECTED} if these settings can never work, and the cluster then rests until they
     *     change; {@code UNAVAILABLE} if a later call may succeed, and the next one comes after 1 second, doubling up to 5 minutes
     */
    Progress converge(DrivenCluster<S> cluster) throws InterruptedException;

    /** Removes whatever {@link #converge} made; answers {@link Progress.Gone} when nothing is left that it can remove. */
    Progress remove(DrivenCluster<S> cluster) throws InterruptedException;
}
