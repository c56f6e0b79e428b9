package io.drover.wire;

import java.time.Duration;
import java.util.Optional;

/**
 * A session at one moment.
 *
 * @param extended whether the peer is one of ours
 * @param roundTrip of the latest ping that was answered
 * @param silence since anything arrived
 * @param bytesIn payload received
 * @param bytesOut payload handed to the carrier
 */
public record SessionStatistics(
        boolean extended,
        Optional<Duration> roundTrip,
        Duration age,
        Duration silence,
        int streams,
        long bytesIn,
        long bytesOut) {}
