package io.drover.gateway.listener;

import java.util.Optional;

/** Whether this server can do its work. */
public interface Readiness {

    /** What is still missing, in words; empty when nothing is. */
    Optional<String> missing();
}
